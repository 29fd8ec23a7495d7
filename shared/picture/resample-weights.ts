import { LRUCache } from 'lru-cache';

export type FilterName = 'box' | 'bilinear' | 'hamming' | 'bicubic' | 'lanczos';

interface Filter {
  /** Half the width of what one output pixel looks at, in output pixels. */
  readonly support: number;
  readonly weight: (x: number) => number;
}

const sinc = (x: number) => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));

const filters: Readonly<Record<FilterName, Filter>> = {
  box: { support: 0.5, weight: (x) => (x > -0.5 && x <= 0.5 ? 1 : 0) },
  bilinear: { support: 1, weight: (x) => Math.max(0, 1 - Math.abs(x)) },
  hamming: {
    support: 1,
    weight: (x) => (Math.abs(x) >= 1 ? 0 : sinc(x) * (0.54 + 0.46 * Math.cos(Math.PI * x))),
  },
  bicubic: {
    support: 2,
    weight(signed) {
      const x = Math.abs(signed);
      if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
      return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
    },
  },
  lanczos: { support: 3, weight: (x) => (x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0) },
};

const precisionBits = 22;

/** How lines of pixels become longer or shorter ones. */
export interface Weights {
  /** i32 [outputs]: output i is the sum of the inputs from starts[i] on, counts[i] of them. */
  readonly starts: Int32Array;
  readonly counts: Int32Array;
  /** i32 [outputs, stride], in fixed point. */
  readonly values: Int32Array;
  readonly stride: number;
}

/** A shop's pictures have few sizes. */
const known = new LRUCache<string, Weights>({ max: 32 });

/** The weights that make `outputs` pixels out of `inputs`, as Pillow has them. */
export function weigh(inputs: number, outputs: number, filter: FilterName): Weights {
  const name = `${inputs} ${outputs} ${filter}`;
  const before = known.get(name);
  if (before) return before;
  const weights = computeWeights(inputs, outputs, filters[filter]);
  known.set(name, weights);
  return weights;
}

function computeWeights(inputs: number, outputs: number, { support: reach, weight }: Filter): Weights {
  const scale = inputs / outputs;
  const spread = Math.max(1, scale);
  const support = reach * spread;
  const stride = Math.ceil(support) * 2 + 1;
  const starts = new Int32Array(outputs);
  const counts = new Int32Array(outputs);
  const values = new Int32Array(outputs * stride);
  for (let i = 0; i < outputs; i++) {
    const centre = (i + 0.5) * scale;
    const start = Math.max(0, Math.trunc(centre - support + 0.5));
    const count = Math.min(inputs, Math.trunc(centre + support + 0.5)) - start;
    const weights = Array.from({ length: count }, (_, x) => weight((x + start - centre + 0.5) / spread));
    const sum = weights.reduce((a, b) => a + b, 0);
    starts[i] = start;
    counts[i] = count;
    for (let x = 0; x < count; x++) {
      const fixed = (weights[x]! / sum) * (1 << precisionBits);
      values[i * stride + x] = Math.trunc(fixed + (fixed < 0 ? -0.5 : 0.5));
    }
  }
  return { starts, counts, values, stride };
}
