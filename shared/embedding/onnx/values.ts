import type { Node, Weight } from './onnx-file.ts';
import type { Block, TensorMemory } from './tensor-memory.ts';

/** Computes a node of a graph: one value for each of its outputs. */
export type Operator = (call: Call) => Value | readonly Value[];

/** What this has not got, and ONNX Runtime may have. */
export class Unsupported extends Error {
  override readonly name = 'Unsupported';
}

export type Value = Floats | Integers | Halves;

/** Dense and row-major. */
export interface Floats {
  readonly shape: readonly number[];
  readonly block: Block;
}

/** Token ids, and what is computed of shapes. */
export interface Integers {
  readonly shape: readonly number[];
  readonly integers: readonly number[];
}

/** Weights as they lie in the file, fp16: to be cast, or for Gather to take rows of. */
export interface Halves {
  readonly shape: readonly number[];
  readonly halves: Uint8Array;
}

export interface Call {
  readonly node: Node;
  readonly memory: TensorMemory;
  /** undefined where an optional one is left out. */
  readonly inputs: readonly (Value | undefined)[];
  /** Where the result of an operator on each number may be put: in place of an input that nobody needs any more. */
  readonly inPlaceOf: (input: Floats) => Block | undefined;
}

/** A tensor of the file. */
export function tensorOf(weight: Weight | undefined, memory: TensorMemory): Value {
  const { shape, type, bytes } = given(weight);
  if (!bytes) throw new Unsupported('expected numbers that lie in the file itself');
  const width = { 1: 4, 7: 8, 10: 2 }[type];
  if (!width) throw new Unsupported(`expected f32, fp16 or int64, found type ${type}`);
  if (bytes.length !== sizeOf(shape) * width)
    throw new RangeError(`expected ${sizeOf(shape) * width} bytes for [${shape}], found ${bytes.length}`);
  if (type === 10) return { shape, halves: bytes };
  // A view of numbers wants them aligned, and in the file they are not.
  const { buffer } = new Uint8Array(bytes);
  if (type === 7) return { shape, integers: [...new BigInt64Array(buffer)].map(Number) };
  return fromNumbers(memory, shape, new Float32Array(buffer));
}

export function fromNumbers(
  memory: TensorMemory,
  shape: readonly number[],
  numbers: ArrayLike<number>,
): Floats {
  const block = memory.take(numbers.length);
  memory.floats(block).set(numbers);
  return { shape, block };
}

export const sizeOf = (shape: readonly number[]): number => shape.reduce((size, length) => size * length, 1);

export function given<T>(value: T | undefined): T {
  if (value === undefined) throw new Unsupported('expected an input more, found none');
  return value;
}

export function floatsOf(value: Value | undefined): Floats {
  if (value && 'block' in value) return value;
  throw new Unsupported('expected f32 numbers');
}

export function integersOf(value: Value | undefined): readonly number[] {
  if (value && 'integers' in value && value.shape.length <= 1) return value.integers;
  throw new Unsupported('expected integers');
}

export const ofIntegers = (integers: readonly number[]): Integers => ({ shape: [integers.length], integers });

/** −1 is the last axis. */
export const axisOf = (axis: number, shape: readonly number[]): number =>
  axis < 0 ? axis + shape.length : axis;

export function number({ attributes }: Node, name: string, fallback: number): number {
  const found = attributes.get(name) ?? fallback;
  if (typeof found !== 'number') throw new Unsupported(`expected a number for ${name}`);
  return found;
}

export function wants(holds: boolean, what: string): void {
  if (!holds) throw new Unsupported(`expected ${what}`);
}

export function numbersOf(memory: TensorMemory, { shape, block }: Floats): Float32Array {
  return memory.floats(block).subarray(0, sizeOf(shape));
}
