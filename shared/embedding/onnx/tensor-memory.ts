import { instantiate } from '../../scan/wasm-module.ts';
import { encoderBase64 } from './encoder.generated.ts';

/** Where the f32 numbers of a tensor lie. Several tensors may be views of the same ones. */
export interface Block {
  /** Byte offset. */
  readonly at: number;
  readonly bytes: number;
  /** Values that stand for it; with the last of them it is free again. Infinity for weights. */
  users: number;
}

/** The memory that the kernels of assembly/encoder.ts work in: weights first, behind them what a run needs. */
export interface TensorMemory {
  readonly kernels: EncoderKernels;
  /** Room for so many numbers; what was there before stands in it. */
  take(count: number): Block;
  giveBack(block: Block): void;
  /** Valid until the next `take`. */
  floats(block: Block): Float32Array;
  bytes(block: Block): Uint8Array;
  /** Whatever has been taken so far stays. */
  keep(): void;
  /** All that was taken since `keep` is free. */
  reset(): void;
}

const pageBytes = 65_536;
const alignment = 16;

export function createTensorMemory(): TensorMemory {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const kernels = instantiate<EncoderKernels>(encoderBase64, memory);
  /** By their size: those of one run come in few. */
  const free = new Map<number, Block[]>();
  let kept = alignment;
  let top = kept;
  return {
    kernels,
    take(count) {
      const bytes = Math.ceil((Math.max(1, count) * 4) / alignment) * alignment;
      const known = free.get(bytes)?.pop();
      if (known) return { ...known, users: 0 };
      const missing = top + bytes - memory.buffer.byteLength;
      if (missing > 0) memory.grow(Math.ceil(missing / pageBytes));
      top += bytes;
      return { at: top - bytes, bytes, users: 0 };
    },
    giveBack(block) {
      const same = free.get(block.bytes);
      if (same) same.push(block);
      else free.set(block.bytes, [block]);
    },
    floats: ({ at, bytes }) => new Float32Array(memory.buffer, at, bytes / 4),
    bytes: ({ at, bytes }) => new Uint8Array(memory.buffer, at, bytes),
    keep() {
      kept = top;
    },
    reset() {
      free.clear();
      top = kept;
    },
  };
}

/** Offsets in bytes; what each does is said in assembly/encoder.ts. */
export interface EncoderKernels {
  widen(halves: number, out: number, count: number): void;
  multiply(m: number, n: number, k: number, a: number, b: number, c: number, panel: number): void;
  addToRows(x: number, bias: number, rows: number, columns: number): void;
  combine(operation: number, a: number, b: number, out: number, blocks: number, period: number): void;
  combineOne(operation: number, a: number, b: number, out: number, count: number): void;
  relu(x: number, out: number, count: number): void;
  erf(x: number, out: number, count: number): void;
  softmax(x: number, out: number, rows: number, width: number): void;
  normalise(
    x: number,
    scale: number,
    bias: number,
    out: number,
    rows: number,
    width: number,
    epsilon: number,
  ): void;
  sumMiddle(x: number, out: number, outer: number, middle: number, inner: number, factor: number): void;
  /** Four sizes, then four steps. */
  arrange(x: number, out: number, ...sizesAndSteps: number[]): void;
  unfold(
    x: number,
    out: number,
    channels: number,
    height: number,
    width: number,
    side: number,
    stride: number,
    padding: number,
    outHeight: number,
    outWidth: number,
  ): void;
  convolveEach(
    x: number,
    weights: number,
    bias: number,
    out: number,
    channels: number,
    height: number,
    width: number,
    padded: number,
  ): void;
}
