import { short } from './paths.ts';

/** The outline of something that throws a shadow: a filled path, or a stroke where it has a width. */
export interface Cast {
  d: string;
  width: number;
  transform: string;
}

/** How far each layer of a shadow spreads beyond what throws it, and how dark it is. */
const LAYERS = [
  { spread: 20, opacity: 0.018 },
  { spread: 11, opacity: 0.03 },
  { spread: 4, opacity: 0.05 },
];

/** A soft shadow, a little below and to the right: three fatter and fatter copies, where a blur would cost 20 ms. */
export function writeShadow(casts: readonly Cast[]): string {
  const layers = LAYERS.map(({ spread, opacity }) => {
    const copies = casts.map(({ d, width, transform }) => {
      const place = transform === '' ? '' : ` transform="${transform}"`;
      const fill = width > 0 ? ' fill="none"' : '';
      return `<path d="${d}"${place}${fill} stroke-width="${short(width + spread)}"/>`;
    });
    return `<g fill-opacity="${opacity}" stroke-opacity="${opacity}">${copies.join('')}</g>`;
  });
  const ink = 'fill="#1a1522" stroke="#1a1522" stroke-linejoin="round" stroke-linecap="round"';
  return `<g transform="translate(5 9)" ${ink}>${layers.join('')}</g>`;
}
