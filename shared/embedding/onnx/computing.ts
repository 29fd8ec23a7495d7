import { arranged, stepsOf } from './arranging.ts';
import type { Node } from './onnx-file.ts';
import type { Block, TensorMemory } from './tensor-memory.ts';
import {
  axisOf,
  type Call,
  type Floats,
  floatsOf,
  number,
  numbersOf,
  sizeOf,
  type Value,
  wants,
} from './values.ts';

/** Operators that make other numbers. */

export function combine(call: Call, operation: 0 | 1 | 2 | 3): Value {
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

export function eachBy(
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
export const each = (call: Call, compute: (x: number) => number): Value =>
  eachBy(call, (memory, x, out, count) => {
    const [from, to] = [memory.floats(x), memory.floats(out)];
    for (let i = 0; i < count; i++) to[i] = compute(from[i]!);
  });

export function power(call: Call): Value {
  const exponent = numbersOf(call.memory, floatsOf(call.inputs[1]));
  wants(exponent.length === 1, 'one exponent');
  // Other powers are not the same on every machine.
  if (exponent[0] === 2) return each(call, (x) => x * x);
  wants(exponent[0] === -0.5, 'a square, or one over a square root');
  return each(call, (x) => 1 / Math.sqrt(x));
}

export function clip(call: Call): Value {
  const limit = (value: Value | undefined, none: number) =>
    value ? numbersOf(call.memory, floatsOf(value))[0]! : none;
  const least = limit(call.inputs[1], Number.NEGATIVE_INFINITY);
  const most = limit(call.inputs[2], Number.POSITIVE_INFINITY);
  return each(call, (x) => Math.min(most, Math.max(least, x)));
}

export function multiply({ memory, inputs }: Call): Value {
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
export function convolve({ node, memory, inputs }: Call): Value {
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

export function normalise(call: Call): Value {
  const { node, inputs } = call;
  const { shape } = floatsOf(inputs[0]);
  const [scale, bias] = [floatsOf(inputs[1]), floatsOf(inputs[2])];
  const width = lastLength(node, shape);
  const epsilon = number(node, 'epsilon', 1e-5);
  return eachBy(call, ({ kernels }, x, out, count) =>
    kernels.normalise(x.at, scale.block.at, bias.block.at, out.at, count / width, width, epsilon),
  );
}

export function softmax(call: Call): Value {
  const width = lastLength(call.node, floatsOf(call.inputs[0]).shape);
  return eachBy(call, ({ kernels }, x, out, count) => kernels.softmax(x.at, out.at, count / width, width));
}

function lastLength(node: Node, shape: readonly number[]): number {
  wants(axisOf(number(node, 'axis', -1), shape) === shape.length - 1, `${node.operator} along the last axis`);
  return shape.at(-1)!;
}

export function reduce(
  { node, memory, inputs: [x] }: Call,
  axes: readonly number[] = [],
  isMean = false,
): Value {
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
