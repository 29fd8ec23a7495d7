/** A small .onnx file of one's own: what of onnx.proto openSmallGraph reads. */
export interface WrittenGraph {
  /** [operator, inputs, output] */
  readonly nodes: readonly (readonly [string, readonly string[], string])[];
  /** f32, or int64 where numbers are bigints. */
  readonly weights?: Readonly<
    Record<string, { shape: readonly number[]; numbers: readonly (number | bigint)[] }>
  >;
  readonly inputs: readonly string[];
  readonly output: string;
}

export function writeOnnx({ nodes, weights = {}, inputs, output }: WrittenGraph): Uint8Array {
  const graph = [
    ...nodes.map(([operator, from, to]) =>
      field(1, ...from.map((name) => field(1, text(name))), field(2, text(to)), field(4, text(operator))),
    ),
    ...Object.entries(weights).map(([name, { shape, numbers }]) => {
      const isWhole = typeof numbers[0] === 'bigint';
      const bytes = isWhole
        ? new Uint8Array(BigInt64Array.from(numbers.map(BigInt)).buffer)
        : new Uint8Array(Float32Array.from(numbers.map(Number)).buffer);
      const dimensions = shape.map((length) => Buffer.from([1 << 3, length]));
      return field(
        5,
        ...dimensions,
        Buffer.from([2 << 3, isWhole ? 7 : 1]),
        field(8, text(name)),
        field(9, bytes),
      );
    }),
    ...inputs.map((name) => field(11, field(1, text(name)), f32)),
    field(12, field(1, text(output)), f32),
  ];
  // Edition 8 of the format, 17 of the operators.
  const editions = [Buffer.from([1 << 3, 8]), field(8, Buffer.from([2 << 3, 17]))];
  return Buffer.concat([...editions, field(7, field(2, text('graph')), ...graph)]);
}

/** The type of a tensor of f32, of any shape. */
const f32 = field(2, field(1, Buffer.from([1 << 3, 1])));

function text(value: string): Uint8Array {
  return Buffer.from(value);
}

/** One of kind 2: its number, its length in base 128, its bytes. */
function field(number: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const content = Buffer.concat(parts);
  const length: number[] = [];
  for (let rest = content.length; ; rest >>>= 7) {
    length.push(rest < 128 ? rest : (rest & 127) | 128);
    if (rest < 128) break;
  }
  return Buffer.concat([Buffer.from([(number << 3) | 2, ...length]), content]);
}
