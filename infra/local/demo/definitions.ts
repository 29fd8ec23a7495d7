import type { Tile } from './patterns.ts';

export type Direction = 'across' | 'down' | 'slant' | 'round' | 'spot';
/** Offset, colour and, where it isn't solid, opacity. */
export type Stop = readonly [number, string, number?];

/** The `<defs>` of a drawing: gradients and patterns, each written once however often it is asked for. */
export interface Definitions {
  /** From what writes the element for an id to the paint that refers to it. */
  define(write: (id: string) => string): string;
  gradient(stops: readonly Stop[], direction?: Direction): string;
  /** The tile, repeated, turned by so many degrees. */
  tiled(tile: Tile, turn?: number): string;
  written(): string;
}

export function createDefinitions(): Definitions {
  const elements: string[] = [];
  const paints = new Map<string, string>();
  const define: Definitions['define'] = (write) => {
    const content = write('');
    const known = paints.get(content);
    if (known) return known;
    const id = `p${paints.size}`;
    paints.set(content, `url(#${id})`);
    elements.push(write(id));
    return `url(#${id})`;
  };
  return {
    define,
    gradient: (stops, direction = 'across') =>
      define((id) => {
        const { element, axes } = GRADIENTS[direction];
        return `<${element} id="${id}"${axes}>${stops.map(writeStop).join('')}</${element}>`;
      }),
    tiled: ({ width, height, svg }, turn = 0) =>
      define((id) => {
        const turned = turn === 0 ? '' : ` patternTransform="rotate(${turn})"`;
        return `<pattern id="${id}" width="${width}" height="${height}" patternUnits="userSpaceOnUse"${turned}>${svg}</pattern>`;
      }),
    written: () => elements.join(''),
  };
}

const GRADIENTS: Record<Direction, { element: string; axes: string }> = {
  across: { element: 'linearGradient', axes: ' x1="0" y1="0" x2="1" y2="0"' },
  down: { element: 'linearGradient', axes: ' x1="0" y1="0" x2="0" y2="1"' },
  slant: { element: 'linearGradient', axes: ' x1="0" y1="0" x2="1" y2="1"' },
  /** A ball lit from the left above. */
  round: { element: 'radialGradient', axes: ' cx=".38" cy=".32" r=".75"' },
  spot: { element: 'radialGradient', axes: '' },
};

function writeStop([offset, colour, opacity]: Stop): string {
  const faint = opacity === undefined ? '' : ` stop-opacity="${+opacity.toFixed(3)}"`;
  return `<stop offset="${offset}" stop-color="${colour}"${faint}/>`;
}
