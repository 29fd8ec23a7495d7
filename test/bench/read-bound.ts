import asc from 'assemblyscript/asc';
import { instantiate } from '../../shared/scan/wasm-module.ts';
import type { Dataset } from './dataset.ts';
import type { Engine } from './measure.ts';

/** Reads every byte and makes one of them: less than any scan does. */
const source = `
export function read(start: usize, bytes: usize): i32 {
  let a = i32x4.splat(0);
  let b = i32x4.splat(0);
  let c = i32x4.splat(0);
  let d = i32x4.splat(0);
  for (let x = start, end = start + (bytes & ~63); x < end; x += 64) {
    a = v128.or(a, v128.load(x));
    b = v128.or(b, v128.load(x, 16));
    c = v128.or(c, v128.load(x, 32));
    d = v128.or(d, v128.load(x, 48));
  }
  return v128.any_true(v128.or(v128.or(a, b), v128.or(c, d))) ? 1 : 0;
}`;

/** How long WebAssembly takes to read the int8 rows of a dataset and do nothing with them. */
export async function createReadBound({ memories, int8Ranges, dimensions }: Dataset): Promise<Engine> {
  compiled ??= await compile();
  const base64 = compiled;
  const modules = memories.map((memory) =>
    instantiate<{ read(start: number, bytes: number): number }>(base64, memory),
  );
  return {
    name: 'reading int8 in WASM, no search',
    bytesPerRow: dimensions,
    run() {
      for (const { memory, start, bytes } of int8Ranges) modules[memory]!.read(start, bytes);
      return [];
    },
  };
}

/** Base64. */
let compiled: string | undefined;

async function compile(): Promise<string> {
  const { error, binary, stderr } = await asc.compileString(source, {
    optimizeLevel: 3,
    runtime: 'stub',
    importMemory: true,
    noExportMemory: true,
    enable: ['simd'],
  });
  if (error || !binary) throw new Error(`the read bound does not compile: ${stderr.toString()}`);
  return Buffer.from(binary).toString('base64');
}
