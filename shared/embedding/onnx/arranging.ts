import type { Block, TensorMemory } from './tensor-memory.ts';
import {
  axisOf,
  type Call,
  type Floats,
  floatsOf,
  fromNumbers,
  given,
  type Integers,
  integersOf,
  number,
  numbersOf,
  ofIntegers,
  sizeOf,
  type Value,
  wants,
} from './values.ts';

/** Operators that put numbers in another order, or in another form. */

export function cast({ node, memory, inputs: [x] }: Call): Value {
  const value = given(x);
  const to = number(node, 'to', 1);
  wants(to === 1 || to === 7, 'a cast to f32 or int64');
  if ('halves' in value) {
    wants(to === 1, 'a cast of fp16 to f32');
    return { shape: value.shape, block: widen(value.halves, memory) };
  }
  if ('integers' in value) return to === 1 ? fromNumbers(memory, value.shape, value.integers) : value;
  if (to === 1) return value;
  return { shape: value.shape, integers: [...numbersOf(memory, value)].map(Math.trunc) };
}

const widenedAtOnce = 16_384;

function widen(halves: Uint8Array, memory: TensorMemory): Block {
  const count = halves.length / 2;
  // The kernel writes in eights.
  const block = memory.take(count + 7);
  const some = memory.take(widenedAtOnce / 2);
  for (let i = 0; i < count; i += widenedAtOnce) {
    const part = halves.subarray(2 * i, 2 * (i + widenedAtOnce));
    memory.bytes(some).set(part);
    memory.kernels.widen(some.at, block.at + 4 * i, part.length / 2);
  }
  memory.giveBack(some);
  return block;
}

function reshaped(value: Value, shape: readonly number[]): Value {
  return { ...value, shape };
}

export function unsqueeze({ inputs: [x, axes] }: Call): Value {
  const value = given(x);
  const shape = [...value.shape];
  for (const axis of integersOf(axes)) shape.splice(axis < 0 ? axis + shape.length + 1 : axis, 0, 1);
  return reshaped(value, shape);
}

export function reshape({ inputs: [x, wanted] }: Call): Value {
  const value = given(x);
  const shape = integersOf(wanted).map((length, axis) => (length === 0 ? value.shape[axis]! : length));
  const rest = sizeOf(value.shape) / -sizeOf(shape);
  const found = shape.map((length) => (length === -1 ? rest : length));
  if (sizeOf(found) !== sizeOf(value.shape) || !found.every(Number.isInteger))
    throw new RangeError(`expected a shape of as many numbers as [${value.shape}], found [${shape}]`);
  return reshaped(value, found);
}

export function gather({ node, memory, inputs: [x, at] }: Call): Value {
  const value = given(x);
  const indices = given(at);
  wants(number(node, 'axis', 0) === 0 && 'integers' in indices, 'Gather along the first axis');
  const { shape, integers: indexes } = indices as Integers;
  const [length = 0, ...row] = value.shape;
  if (!indexes.every((index) => index >= 0 && index < length))
    throw new RangeError(`expected indexes below ${length}`);
  if ('integers' in value) {
    const integers = integersOf(value);
    return { shape, integers: indexes.map((index) => integers[index]!) };
  }
  const width = sizeOf(row);
  const rowsOf = <T extends Uint8Array | Float32Array>(rows: T, out: T, length: number) => {
    for (const [i, index] of indexes.entries())
      out.set(rows.subarray(index * length, (index + 1) * length), i * length);
    return out;
  };
  if ('halves' in value) {
    const rows = rowsOf(value.halves, new Uint8Array(indexes.length * width * 2), width * 2);
    return { shape: [...shape, ...row], block: widen(rows, memory) };
  }
  const { block: from } = floatsOf(value);
  const block = memory.take(indexes.length * width);
  rowsOf(memory.floats(from), memory.floats(block), width);
  return { shape: [...shape, ...row], block };
}

export function slice({ memory, inputs: [x, starts, ends, axes, steps] }: Call): Value {
  const value = given(x);
  const [start = 0, ...others] = integersOf(starts);
  const [end = 0] = integersOf(ends);
  const axis = axisOf(axes ? integersOf(axes)[0]! : 0, value.shape);
  wants(others.length === 0 && start >= 0 && end >= 0, 'a slice forwards, along one axis');
  wants((steps ? integersOf(steps)[0] : 1) === 1, 'a slice without steps');
  if ('integers' in value) return ofIntegers(integersOf(value).slice(start, end));
  return part(memory, floatsOf(value), axis, start, Math.min(end, value.shape[axis]!) - start);
}

export function split({ node, memory, inputs: [x, sizes] }: Call): readonly Value[] {
  const value = floatsOf(x);
  const axis = axisOf(number(node, 'axis', 0), value.shape);
  let start = 0;
  return integersOf(sizes).map((length) => {
    const found = part(memory, value, axis, start, length);
    start += length;
    return found;
  });
}

/** What lies from `start` on along one axis. */
function part(
  memory: TensorMemory,
  { shape, block }: Floats,
  axis: number,
  start: number,
  length: number,
): Floats {
  const outer = sizeOf(shape.slice(0, axis));
  const inner = sizeOf(shape.slice(axis + 1));
  const out = memory.take(outer * length * inner);
  const step = shape[axis]! * inner;
  memory.kernels.arrange(block.at + start * inner * 4, out.at, 1, 1, outer, length * inner, 0, 0, step, 1);
  return { shape: shape.with(axis, length), block: out };
}

export function transpose({ node, memory, inputs: [x] }: Call): Value {
  const { shape, block } = floatsOf(x);
  const order = node.attributes.get('perm') as readonly number[];
  const steps = stepsOf(shape);
  return arranged(
    memory,
    block,
    order.map((axis) => shape[axis]!),
    order.map((axis) => steps[axis]!),
  );
}

/** Numbers from one place of each axis to the next. */
export const stepsOf = (shape: readonly number[]): number[] =>
  shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));

export function arranged(
  memory: TensorMemory,
  block: Block,
  shape: readonly number[],
  steps: readonly number[],
): Floats {
  wants(shape.length <= 4, 'at most four axes');
  const out = memory.take(sizeOf(shape));
  const missing = 4 - shape.length;
  const sizes = [...new Array<number>(missing).fill(1), ...shape];
  memory.kernels.arrange(block.at, out.at, ...sizes, ...new Array<number>(missing).fill(0), ...steps);
  return { shape, block: out };
}
