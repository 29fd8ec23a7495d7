import { execFile } from 'node:child_process';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { type Expected, openGraph, type TensorData } from '../../shared/embedding/onnx/graph.ts';
import { median } from './measure.ts';
import { createUniform } from './random.ts';

/**
 * `node infra/run.mjs test/bench/encoder.ts [--rounds 5]`: the built-in encoder by WASM of our own beside the same
 * files by ONNX Runtime's, each in turn in a process of its own: to the first embedding, and for each row when warm.
 */
const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, alone: { type: 'string' } },
});

const cases = [
  { name: 'picture', file: 'vision_model.onnx', modality: 'image', inputs: pictures, rows: [1, 4] },
  { name: 'text of 35 tokens', file: 'text_model.onnx', modality: 'text', inputs: texts, rows: [1, 16] },
] as const;
type Case = (typeof cases)[number];

interface Measured {
  readonly firstMs: number;
  readonly firstCpuMs: number;
  /** A row, by how many are run at once. */
  readonly rowMs: readonly number[];
}

if (values.alone) console.log(JSON.stringify(await measureAlone(JSON.parse(values.alone))));
else await compare(Number(values.rounds));

async function compare(rounds: number): Promise<void> {
  console.log(
    `Node ${process.version}, ${cpus()[0]?.model ?? 'unknown processor'}, ${rounds} rounds in turn, medians`,
  );
  for (const [at, { name, rows }] of cases.entries()) {
    const found: Record<'ours' | 'theirs', Measured[]> = { ours: [], theirs: [] };
    for (let round = 0; round < rounds; round++)
      for (const who of ['ours', 'theirs'] as const) found[who].push(await measure(at, who === 'ours'));
    const tell = (what: string, of: (measured: Measured) => number) => {
      const [ours, theirs] = [median(found.ours.map(of)), median(found.theirs.map(of))];
      console.log(
        `${name}: ${what}: ${ours.toFixed(2)} ms, ONNX Runtime ${theirs.toFixed(2)} ms (${(theirs / ours).toFixed(2)}×)`,
      );
    };
    tell('file to first embedding', ({ firstMs }) => firstMs);
    tell('… in processor time', ({ firstCpuMs }) => firstCpuMs);
    for (const [i, count] of rows.entries()) tell(`each of ${count} at once`, ({ rowMs }) => rowMs[i]!);
  }
}

async function measure(at: number, isBuiltin: boolean): Promise<Measured> {
  const args = [...process.execArgv, process.argv[1]!, 'test/bench/encoder.ts'];
  const alone = ['--alone', JSON.stringify({ at, isBuiltin })];
  const { stdout } = await promisify(execFile)(process.execPath, [...args, ...alone]);
  return JSON.parse(stdout);
}

async function measureAlone({ at, isBuiltin }: { at: number; isBuiltin: boolean }): Promise<Measured> {
  const { file, modality, inputs, rows }: Case = cases[at]!;
  const path = fileURLToPath(new URL(`../../shared/embedding/builtin/onnx/${file}`, import.meta.url));
  const expected = (count: number): Expected => ({ modality, rows: count, dimensions: 256 });
  const first = inputs(1);
  const startedMs = performance.now();
  const started = process.cpuUsage();
  const graph = await openGraph(path, { isBuiltin });
  await graph.embed(first, expected(1));
  const { user, system } = process.cpuUsage(started);
  const firstMs = performance.now() - startedMs;
  const rowMs: number[] = [];
  for (const count of rows) {
    const many = inputs(count);
    const times: number[] = [];
    for (let i = 0; i < 60; i++) {
      const beganMs = performance.now();
      await graph.embed(many, expected(count));
      // The first ones are compiled as they run.
      if (i >= 20) times.push((performance.now() - beganMs) / count);
    }
    rowMs.push(median(times));
  }
  return { firstMs, firstCpuMs: (user + system) / 1000, rowMs };
}

function pictures(rows: number): Record<string, TensorData> {
  const uniform = createUniform(1);
  const data = Float32Array.from({ length: rows * 3 * 80 * 64 }, () => uniform() * 2 - 1);
  return { pixel_values: { data, shape: [rows, 3, 80, 64] } };
}

function texts(rows: number): Record<string, TensorData> {
  const uniform = createUniform(1);
  const shape = [rows, 35];
  const ids = BigInt64Array.from({ length: rows * 35 }, () => BigInt(4 + Math.floor(uniform() * 8000)));
  return {
    input_ids: { data: ids, shape },
    attention_mask: { data: new BigInt64Array(rows * 35).fill(1n), shape },
  };
}
