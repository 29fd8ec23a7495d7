import { cast, gather, reshape, slice, split, transpose, unsqueeze } from './arranging.ts';
import {
  clip,
  combine,
  convolve,
  each,
  eachBy,
  multiply,
  normalise,
  power,
  reduce,
  softmax,
} from './computing.ts';
import type { Weight } from './onnx-file.ts';
import { given, integersOf, type Operator, ofIntegers, tensorOf, wants } from './values.ts';

/**
 * The operators of ONNX that the built-in encoder is made of, https://onnx.ai/onnx/operators (opset 17), as far as it
 * uses them: what is asked of one beyond that is refused with Unsupported.
 */
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
