import { defineConfig } from 'vitest/config';

// biome-ignore lint/style/noDefaultExport: what vitest reads.
export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  test: {
    include: ['test/**/*.test.ts'],
    // Vitest leaves one core alone; here that would be half of a small machine, and much of a test is waiting.
    maxWorkers: '100%',
    // Servers, sandboxes and models start on a machine that may be busy; nothing here measures time.
    testTimeout: 30_000,
    hookTimeout: 120_000,
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
  },
});
