import type { PlanePlace } from './kernel.ts';
import type { Scratch } from './scratch.ts';

// What wasm-int8.ts and wasm-coarse.ts have in common.

export interface PlaneWriter {
  /** Places a plane where modules look for it, and tells where that is. */
  place(plane: PlanePlace): number;
  /** Others may write there too. */
  forget(): void;
}

export function createPlaneWriter(memory: WebAssembly.Memory, { planeOffset }: Scratch): PlaneWriter {
  const target = new Uint32Array(memory.buffer, planeOffset, 6);
  let placed: PlanePlace | undefined;
  return {
    place(plane) {
      if (plane !== placed) {
        const { codes, scales, residuals, norms, sums, modality } = plane;
        target.set([codes, scales, residuals, norms, sums, modality]);
        placed = plane;
      }
      return planeOffset;
    },
    forget() {
      placed = undefined;
    },
  };
}

export type Dot = (
  plane: number,
  query: number,
  first: number,
  count: number,
  dimensions: number,
  dots: number,
) => void;

export type Sift = (
  plane: number,
  bound: number,
  bars: number,
  first: number,
  count: number,
  dots: number,
  list: number,
) => number;
