/**
 * What an .onnx file says, as far as a small graph is read here: protocol buffers by
 * https://github.com/onnx/onnx/blob/main/onnx/onnx.proto, whose numbers stand beside each field.
 */
export interface OnnxFile {
  readonly inputs: readonly GraphInput[];
  readonly outputs: readonly string[];
  readonly weights: ReadonlyMap<string, Weight>;
  readonly nodes: readonly Node[];
}

export interface GraphInput {
  readonly name: string;
  /** undefined where any length will do. */
  readonly shape: readonly (number | undefined)[];
}

export interface Node {
  readonly operator: string;
  /** '' where an optional one is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, number | readonly number[] | Weight | undefined>;
}

/** A tensor that lies in the file. */
export interface Weight {
  readonly name: string;
  readonly shape: readonly number[];
  /** 1 f32, 7 int64, 10 fp16. */
  readonly type: number;
  /** Little-endian; undefined where the file keeps them in another way. */
  readonly bytes: Uint8Array | undefined;
}

/** @throws RangeError where it is no such file, or is cut off */
export function parseOnnx(bytes: Uint8Array): OnnxFile {
  const graph = fieldsOf(bytes).find(({ field }) => field === 7)?.value; // ModelProto.graph
  if (!(graph instanceof Uint8Array)) throw new RangeError('expected a model with a graph, found none');
  const fields = fieldsOf(graph);
  const all = (field: number) =>
    fields.filter((one) => one.field === field).map(({ value }) => bytesOf(value));
  const weights = all(5).map(parseWeight); // GraphProto.initializer
  return {
    nodes: all(1).map(parseNode),
    weights: new Map(weights.map((weight) => [weight.name, weight])),
    // Older files count weights among them.
    inputs: all(11)
      .map(parseInput)
      .filter(({ name }) => !weights.some((weight) => weight.name === name)),
    outputs: all(12).map((output) => parseInput(output).name),
  };
}

function parseNode(bytes: Uint8Array): Node {
  const inputs: string[] = [];
  const outputs: string[] = [];
  const attributes = new Map<string, number | readonly number[] | Weight | undefined>();
  let operator = '';
  let domain = '';
  for (const { field, value } of fieldsOf(bytes)) {
    if (field === 1) inputs.push(textOf(value));
    else if (field === 2) outputs.push(textOf(value));
    else if (field === 4) operator = textOf(value);
    else if (field === 5) {
      const [name, given] = parseAttribute(bytesOf(value));
      attributes.set(name, given);
    } else if (field === 7) domain = textOf(value);
  }
  return { operator: domain === '' ? operator : `${domain}.${operator}`, inputs, outputs, attributes };
}

function parseAttribute(
  bytes: Uint8Array,
): [name: string, value: number | readonly number[] | Weight | undefined] {
  let name = '';
  let single: number | Weight | undefined;
  const several: number[] = [];
  for (const { field, value } of fieldsOf(bytes)) {
    if (field === 1) name = textOf(value);
    else if (field === 2)
      single = singleOf(value); // f
    else if (field === 3)
      single = numberOf(value); // i
    else if (field === 5)
      single = parseWeight(bytesOf(value)); // t
    else if (field === 8) several.push(...numbersOf(value)); // ints
  }
  return [name, several.length > 0 ? several : single];
}

function parseWeight(tensor: Uint8Array): Weight {
  const shape: number[] = [];
  let name = '';
  let type = 0;
  let bytes: Uint8Array | undefined;
  for (const { field, value } of fieldsOf(tensor)) {
    if (field === 1) shape.push(...numbersOf(value));
    else if (field === 2) type = numberOf(value);
    else if (field === 8) name = textOf(value);
    else if (field === 9) bytes = bytesOf(value); // raw_data
  }
  return { name, shape, type, bytes };
}

/** ValueInfoProto: name, and type.tensor_type.shape.dim with a value or a name each. */
function parseInput(bytes: Uint8Array): GraphInput {
  const fields = fieldsOf(bytes);
  const inside = (value: Value | undefined, ...path: readonly number[]): Value | undefined =>
    path.reduce<Value | undefined>(
      (outer, wanted) => outer && fieldsOf(bytesOf(outer)).find(({ field }) => field === wanted)?.value,
      value,
    );
  const shape = inside(fields.find(({ field }) => field === 2)?.value, 1, 2);
  const lengths = shape ? fieldsOf(bytesOf(shape)).filter(({ field }) => field === 1) : [];
  return {
    name: textOf(fields.find(({ field }) => field === 1)?.value ?? new Uint8Array()),
    shape: lengths.map(({ value }) => {
      const length = fieldsOf(bytesOf(value)).find(({ field }) => field === 1);
      return length && numberOf(length.value);
    }),
  };
}

type Value = number | Uint8Array;

/** https://protobuf.dev/programming-guides/encoding */
function fieldsOf(bytes: Uint8Array): { field: number; value: Value }[] {
  const found: { field: number; value: Value }[] = [];
  const reader = readerOf(bytes);
  while (!reader.isAtEnd()) {
    const tag = reader.varint();
    const wire = tag & 7;
    const field = tag >>> 3;
    if (wire === 0) found.push({ field, value: reader.varint() });
    else if (wire === 1) found.push({ field, value: reader.take(8) });
    else if (wire === 2) found.push({ field, value: reader.take(reader.varint()) });
    else if (wire === 5) found.push({ field, value: reader.take(4) });
    else throw new RangeError(`expected a field of a protocol buffer, found one of kind ${wire}`);
  }
  return found;
}

function readerOf(bytes: Uint8Array) {
  let at = 0;
  return {
    isAtEnd: () => at >= bytes.length,
    varint(): number {
      // 64 bits in two parts, of which the lower has 49.
      let low = 0;
      let high = 0n;
      for (let place = 0; place < 10; place++) {
        const byte = bytes[at++];
        if (byte === undefined) break;
        if (place < 7) low += (byte & 127) * 128 ** place;
        else high |= BigInt(byte & 127) << BigInt(7 * place);
        if (byte < 128) return place < 7 ? low : Number(BigInt.asIntN(64, high + BigInt(low)));
      }
      throw new RangeError('expected the end of a number, found none');
    },
    take(length: number): Uint8Array {
      if (length < 0 || at + length > bytes.length)
        throw new RangeError(`expected ${length} bytes more, found ${bytes.length - at}`);
      at += length;
      return bytes.subarray(at - length, at);
    },
  };
}

function bytesOf(value: Value): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw new RangeError('expected bytes, found a number');
}

function numberOf(value: Value): number {
  if (typeof value === 'number') return value;
  throw new RangeError('expected a number, found bytes');
}

/** One, or several packed into one field. */
function numbersOf(value: Value): number[] {
  if (typeof value === 'number') return [value];
  const reader = readerOf(value);
  const numbers: number[] = [];
  while (!reader.isAtEnd()) numbers.push(reader.varint());
  return numbers;
}

function singleOf(value: Value): number {
  const bytes = bytesOf(value);
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getFloat32(0, true);
}

const textOf = (value: Value): string => new TextDecoder().decode(bytesOf(value));
