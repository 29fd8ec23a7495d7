import type { Node, Weight } from './onnx-file.ts';
import type { Block, TensorMemory } from './tensor-memory.ts';

/**
 * The operators of ONNX that the built-in encoder is made of, https://onnx.ai/onnx/operators (opset 17), as far as it
 * uses them: what is asked of one beyond that is refused with Unsupported.
 */
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

export const operators: Readonly<Record<string, Operator>> = {
  Cast: cast,
  Constant: ({ node, memory }) => tensorOf(node.attributes.get('value') as Weight, memory),
  Shape: ({ node, inputs: [x] }) => {
    wants(node.attributes.size === 0, 'the whole of a shape');
    return ofIntegers(given(x).shape);
  },
  Unsqueeze: unsqueeze,
  Reshape: reshape,
  Concat: ({ inputs }) => ofIntegers(inputs.flatMap((input) => integersOf(input))),
  Gather: gather,
  Slice: slice,
  Split: split,
  Transpose: transpose,
  Add: (call) => combine(call, 0),
  Sub: (call) => combine(call, 1),
  Mul: (call) => combine(call, 2),
  Div: (call) => combine(call, 3),
  Pow: power,
  Relu: (call) => eachBy(call, ({ kernels }, x, out, count) => kernels.relu(x.at, out.at, count)),
  Erf: (call) => eachBy(call, ({ kernels }, x, out, count) => kernels.erf(x.at, out.at, count)),
  Sqrt: (call) => each(call, Math.sqrt),
  Clip: clip,
  MatMul: multiply,
  Conv: convolve,
  LayerNormalization: normalise,
  Softmax: softmax,
  ReduceSum: (call) => reduce(call, integersOf(call.inputs[1])),
  ReduceMean: (call) => reduce(call, call.node.attributes.get('axes') as readonly number[] | undefined, true),
};

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

function given<T>(value: T | undefined): T {
  if (value === undefined) throw new Unsupported('expected an input more, found none');
  return value;
}

export function floatsOf(value: Value | undefined): Floats {
  if (value && 'block' in value) return value;
  throw new Unsupported('expected f32 numbers');
}

function integersOf(value: Value | undefined): readonly number[] {
  if (value && 'integers' in value && value.shape.length <= 1) return value.integers;
  throw new Unsupported('expected integers');
}

const ofIntegers = (integers: readonly number[]): Integers => ({ shape: [integers.length], integers });

/** −1 is the last axis. */
const axisOf = (axis: number, shape: readonly number[]): number => (axis < 0 ? axis + shape.length : axis);

function number({ attributes }: Node, name: string, fallback: number): number {
  const found = attributes.get(name) ?? fallback;
  if (typeof found !== 'number') throw new Unsupported(`expected a number for ${name}`);
  return found;
}

function wants(holds: boolean, what: string): void {
  if (!holds) throw new Unsupported(`expected ${what}`);
}

function cast({ node, memory, inputs: [x] }: Call): Value {
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

function numbersOf(memory: TensorMemory, { shape, block }: Floats): Float32Array {
  return memory.floats(block).subarray(0, sizeOf(shape));
}

function reshaped(value: Value, shape: readonly number[]): Value {
  return { ...value, shape };
}

function unsqueeze({ inputs: [x, axes] }: Call): Value {
  const value = given(x);
  const shape = [...value.shape];
  for (const axis of integersOf(axes)) shape.splice(axis < 0 ? axis + shape.length + 1 : axis, 0, 1);
  return reshaped(value, shape);
}

function reshape({ inputs: [x, wanted] }: Call): Value {
  const value = given(x);
  const shape = integersOf(wanted).map((length, axis) => (length === 0 ? value.shape[axis]! : length));
  const rest = sizeOf(value.shape) / -sizeOf(shape);
  const found = shape.map((length) => (length === -1 ? rest : length));
  if (sizeOf(found) !== sizeOf(value.shape) || !found.every(Number.isInteger))
    throw new RangeError(`expected a shape of as many numbers as [${value.shape}], found [${shape}]`);
  return reshaped(value, found);
}

function gather({ node, memory, inputs: [x, at] }: Call): Value {
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

function slice({ memory, inputs: [x, starts, ends, axes, steps] }: Call): Value {
  const value = given(x);
  const [start = 0, ...others] = integersOf(starts);
  const [end = 0] = integersOf(ends);
  const axis = axisOf(axes ? integersOf(axes)[0]! : 0, value.shape);
  wants(others.length === 0 && start >= 0 && end >= 0, 'a slice forwards, along one axis');
  wants((steps ? integersOf(steps)[0] : 1) === 1, 'a slice without steps');
  if ('integers' in value) return ofIntegers(integersOf(value).slice(start, end));
  return part(memory, floatsOf(value), axis, start, Math.min(end, value.shape[axis]!) - start);
}

function split({ node, memory, inputs: [x, sizes] }: Call): readonly Value[] {
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

function transpose({ node, memory, inputs: [x] }: Call): Value {
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
const stepsOf = (shape: readonly number[]): number[] => shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));

function arranged(
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

function combine(call: Call, operation: 0 | 1 | 2 | 3): Value {
  const [left, right] = call.inputs;
  if (left && right && 'integers' in left && 'integers' in right) {
    wants(operation === 3 && right.integers.length === 1, 'integers that are divided by one of them');
    const by = right.integers[0]!;
    return { ...left, integers: left.integers.map((integer) => Math.trunc(integer / by)) };
  }
  const { memory, inPlaceOf } = call;
  let [a, b] = [floatsOf(left), floatsOf(right)];
  // The order of two is the same to a sum and to a product.
  if (sizeOf(a.shape) < sizeOf(b.shape) && (operation === 0 || operation === 2)) [a, b] = [b, a];
  const shape = commonShape(a.shape, b.shape);
  const size = sizeOf(shape);
  const period = sizeOf(b.shape);
  if (sizeOf(a.shape) === size && period === 1) {
    const block = inPlaceOf(a) ?? memory.take(size);
    memory.kernels.combineOne(operation, a.block.at, b.block.at, block.at, size);
    return { shape, block };
  }
  if (sizeOf(a.shape) !== size) a = spread(memory, a, shape);
  if (!isEndOf(b.shape, shape)) b = spread(memory, b, shape);
  const block = inPlaceOf(a) ?? memory.take(size);
  const blocks = size / sizeOf(b.shape);
  memory.kernels.combine(operation, a.block.at, b.block.at, block.at, blocks, size / blocks);
  return { shape, block };
}

function commonShape(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const [one, other] = [a[i - rank + a.length] ?? 1, b[i - rank + b.length] ?? 1];
    wants(one === other || one === 1 || other === 1, `shapes that go together, such as [${a}] and [${b}]`);
    return Math.max(one, other);
  });
}

/** Whether `shape` is rows of what has the shape `end`, but for leading ones. */
function isEndOf(end: readonly number[], shape: readonly number[]): boolean {
  const first = end.findIndex((length) => length !== 1);
  const core = first < 0 ? [] : end.slice(first);
  return core.every((length, i) => length === shape[shape.length - core.length + i]);
}

/** Repeated along the axes where it has one place. */
function spread(memory: TensorMemory, { shape, block }: Floats, wanted: readonly number[]): Floats {
  const steps = stepsOf(shape);
  const missing = wanted.length - shape.length;
  return arranged(
    memory,
    block,
    wanted,
    wanted.map((_, axis) => ((shape[axis - missing] ?? 1) === 1 ? 0 : steps[axis - missing]!)),
  );
}

function eachBy(
  { memory, inputs: [x], inPlaceOf }: Call,
  compute: (memory: TensorMemory, x: Block, out: Block, count: number) => void,
): Value {
  const value = floatsOf(x);
  const size = sizeOf(value.shape);
  const block = inPlaceOf(value) ?? memory.take(size);
  compute(memory, value.block, block, size);
  return { shape: value.shape, block };
}

/** For few numbers. */
const each = (call: Call, compute: (x: number) => number): Value =>
  eachBy(call, (memory, x, out, count) => {
    const [from, to] = [memory.floats(x), memory.floats(out)];
    for (let i = 0; i < count; i++) to[i] = compute(from[i]!);
  });

function power(call: Call): Value {
  const exponent = numbersOf(call.memory, floatsOf(call.inputs[1]));
  wants(exponent.length === 1, 'one exponent');
  // Other powers are not the same on every machine.
  if (exponent[0] === 2) return each(call, (x) => x * x);
  wants(exponent[0] === -0.5, 'a square, or one over a square root');
  return each(call, (x) => 1 / Math.sqrt(x));
}

function clip(call: Call): Value {
  const limit = (value: Value | undefined, none: number) =>
    value ? numbersOf(call.memory, floatsOf(value))[0]! : none;
  const least = limit(call.inputs[1], Number.NEGATIVE_INFINITY);
  const most = limit(call.inputs[2], Number.POSITIVE_INFINITY);
  return each(call, (x) => Math.min(most, Math.max(least, x)));
}

function multiply({ memory, inputs }: Call): Value {
  const [a, b] = [floatsOf(inputs[0]), floatsOf(inputs[1])];
  const k = a.shape.at(-1)!;
  const n = b.shape.at(-1)!;
  const m = b.shape.length === 2 ? sizeOf(a.shape) / k : a.shape.at(-2)!;
  const products = sizeOf(a.shape) / (m * k);
  wants(
    b.shape.at(-2) === k && sizeOf(b.shape) === products * k * n,
    `[${a.shape}] and [${b.shape}] to match`,
  );
  const block = memory.take(products * m * n);
  const panel = memory.take(8 * k);
  for (let i = 0; i < products; i++) {
    const [from, by, to] = [a.block.at + i * m * k * 4, b.block.at + i * k * n * 4, block.at + i * m * n * 4];
    memory.kernels.multiply(m, n, k, from, by, to, panel.at);
  }
  memory.giveBack(panel);
  return { shape: [...a.shape.slice(0, -1), n], block };
}

/** As a product of the weights with what each place sees; where each channel has its own kernel, channel by channel. */
function convolve({ node, memory, inputs }: Call): Value {
  const [x, weights, bias] = [floatsOf(inputs[0]), floatsOf(inputs[1]), floatsOf(inputs[2])];
  const [batch = 0, channels = 0, height = 0, width = 0] = x.shape;
  const [outputs = 0, , side = 0, across] = weights.shape;
  const same = (name: string, fallback: number) => {
    const found = (node.attributes.get(name) as readonly number[] | undefined) ?? [fallback];
    wants(
      found.every((one) => one === found[0]),
      `the same ${name} on every side`,
    );
    return found[0]!;
  };
  const [stride, padding, groups] = [same('strides', 1), same('pads', 0), number(node, 'group', 1)];
  wants(same('dilations', 1) === 1 && side === across, 'a square kernel without gaps');
  const along = (length: number) => Math.floor((length + 2 * padding - side) / stride) + 1;
  const [outHeight, outWidth] = [along(height), along(width)];
  const places = outHeight * outWidth;
  const { kernels } = memory;
  const block = memory.take(batch * outputs * places);
  const isEach = groups === channels && groups === outputs && groups > 1;
  if (isEach) wants(side === 3 && stride === 1 && padding === 1, 'a 3 × 3 kernel for each channel');
  else wants(groups === 1, 'a kernel for all channels or one for each');
  const isPoint = side === 1 && stride === 1 && padding === 0;
  const seen = channels * side * side;
  const [unfolded, panel] = isEach
    ? []
    : [isPoint ? undefined : memory.take(seen * places), memory.take(8 * seen)];
  const padded = isEach ? memory.take((height + 2) * (width + 2) + 4) : undefined;
  for (let i = 0; i < batch; i++) {
    const from = x.block.at + i * channels * height * width * 4;
    const to = block.at + i * outputs * places * 4;
    if (padded) {
      kernels.convolveEach(from, weights.block.at, bias.block.at, to, channels, height, width, padded.at);
      continue;
    }
    if (unfolded)
      kernels.unfold(from, unfolded.at, channels, height, width, side, stride, padding, outHeight, outWidth);
    kernels.multiply(outputs, places, seen, weights.block.at, unfolded?.at ?? from, to, panel!.at);
    kernels.addToRows(to, bias.block.at, outputs, places);
  }
  for (const scratch of [unfolded, panel, padded]) if (scratch) memory.giveBack(scratch);
  return { shape: [batch, outputs, outHeight, outWidth], block };
}

function normalise(call: Call): Value {
  const { node, inputs } = call;
  const { shape } = floatsOf(inputs[0]);
  const [scale, bias] = [floatsOf(inputs[1]), floatsOf(inputs[2])];
  const width = lastLength(node, shape);
  const epsilon = number(node, 'epsilon', 1e-5);
  return eachBy(call, ({ kernels }, x, out, count) =>
    kernels.normalise(x.at, scale.block.at, bias.block.at, out.at, count / width, width, epsilon),
  );
}

function softmax(call: Call): Value {
  const width = lastLength(call.node, floatsOf(call.inputs[0]).shape);
  return eachBy(call, ({ kernels }, x, out, count) => kernels.softmax(x.at, out.at, count / width, width));
}

function lastLength(node: Node, shape: readonly number[]): number {
  wants(axisOf(number(node, 'axis', -1), shape) === shape.length - 1, `${node.operator} along the last axis`);
  return shape.at(-1)!;
}

function reduce({ node, memory, inputs: [x] }: Call, axes: readonly number[] = [], isMean = false): Value {
  const { shape, block } = floatsOf(x);
  const [first = 0] = axes;
  wants(axes.length === 1, 'a sum along one axis');
  const axis = axisOf(first, shape);
  const [outer, middle, inner] = [sizeOf(shape.slice(0, axis)), shape[axis]!, sizeOf(shape.slice(axis + 1))];
  const out = memory.take(outer * inner);
  memory.kernels.sumMiddle(block.at, out.at, outer, middle, inner, isMean ? 1 / middle : 1);
  const isKept = number(node, 'keepdims', 1) === 1;
  return { shape: isKept ? shape.with(axis, 1) : shape.toSpliced(axis, 1), block: out };
}
