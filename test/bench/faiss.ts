import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Dataset } from './dataset.ts';
import type { Tunable } from './fast-peers.ts';

/** How long it may take to train and fill the lists. */
const BUILD_MS = 10 * 60_000;

/**
 * Faiss's IVFFlat, as many lists as fast mode has, by a Python that can import it (`TUWEN_BENCH_PYTHON`, by default
 * `python3`; Debian: `apt-get install python3-faiss`). Its own process times its searches: what it takes to ask it
 * does not count.
 *
 * @param file where the index is kept between runs
 */
export async function faissLists(
  { floats, count, dimensions }: Dataset,
  topK: number,
  file: string,
): Promise<Tunable> {
  const program = fileURLToPath(new URL('inverted_lists.py', import.meta.url));
  const child = spawn(process.env.TUWEN_BENCH_PYTHON ?? 'python3', [program], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, OPENBLAS_NUM_THREADS: '1', OMP_NUM_THREADS: '1' },
  });
  process.once('exit', () => child.kill());
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    complaint += text;
  });
  // Told by what it says last; without this one, a pipe that broke would end the bench.
  child.stdin.on('error', () => {});
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ended = once(child, 'close').then(
    () => new Error(complaint.trim().split('\n').at(-1) || 'python ended'),
    (error: Error) => error,
  );
  const ask = async (question: unknown) => {
    child.stdin.write(`${JSON.stringify(question)}\n`);
    const answer = await Promise.race([lines.next(), ended]);
    if (answer instanceof Error || answer.done) throw await ended;
    return JSON.parse(answer.value);
  };

  const vectors = `${file}.f32`;
  if (!existsSync(file))
    await writeFile(vectors, new Uint8Array(floats.buffer, floats.byteOffset, floats.byteLength));
  const timer = setTimeout(() => child.kill(), BUILD_MS);
  const lists = Math.round(2 * Math.sqrt(count));
  const { version, options } = await ask({ file, vectors, count, dimensions, lists }).finally(async () => {
    clearTimeout(timer);
    await rm(vectors, { force: true });
  });
  return {
    close: () => child.stdin.end(),
    settings: [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128],
    create(probes) {
      let tookMs = 0;
      return {
        name: `Faiss ${version} (${options}) IVFFlat f32, ${probes} lists`,
        bytesPerRow: dimensions * 4 + 8,
        tookMs: () => tookMs,
        async run(query) {
          const { ms, found } = await ask({ query: Array.from(query), probes, topK });
          tookMs = ms;
          return found;
        },
      };
    },
  };
}
