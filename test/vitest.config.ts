import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * What starts a stack, a browser or programs takes longest and goes first, so that no worker is left alone with it in
 * the end. A fresh clone knows no durations, and goes by the size of files otherwise.
 */
class SlowestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isSlow = ({ moduleId }: TestSpecification) => /\/test\/(end-to-end|page|infra)\//.test(moduleId);
    return [...sorted.filter(isSlow), ...sorted.filter((file) => !isSlow(file))];
  }
}

// biome-ignore lint/style/noDefaultExport: what vitest reads.
export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  test: {
    include: ['test/**/*.test.ts'],
    // Though much of a test is waiting, more workers gain nothing: each loads all of it once more, and what they wait
    // for, a browser or a process of their own, keeps the processors busy.
    maxWorkers: Math.max(2, availableParallelism()),
    sequence: { sequencer: SlowestFirst },
    // What a file imports is loaded once for all that a worker runs, which takes a good part of the time otherwise.
    // So a test leaves nothing behind: what it starts it ends, and no module holds what another test could see.
    isolate: false,
    setupFiles: ['test/setup.ts'],
    // Servers, sandboxes and models start on a machine that may be busy; nothing here measures time.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
  },
});
