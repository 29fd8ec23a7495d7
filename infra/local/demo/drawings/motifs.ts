import { short } from '../paths.ts';
import type { Sketch } from '../sketch.ts';

/** One printed picture, about as wide as `size`, in the product's accent colour; chance picks it if `motif` doesn't. */
export function drawMotif(
  sketch: Sketch,
  x: number,
  y: number,
  size: number,
  motif = pickMotif(sketch),
): void {
  const { accent, main } = sketch;
  const place = `translate(${short(x)} ${short(y)}) scale(${(size / 100).toFixed(2)})`;
  const drawn = motif(accent.base, accent.pale, accent.dark, main.base);
  sketch.add(`<g transform="${place}" stroke-linejoin="round" stroke-linecap="round">${drawn}</g>`);
}

/** For what is printed twice, as on a pair of mittens. */
export function pickMotif(sketch: Sketch): Motif {
  return sketch.random.pick(MOTIFS);
}

type Motif = (base: string, pale: string, dark: string, ground: string) => string;

const MOTIFS: Motif[] = [
  // A sun behind mountains.
  (base, pale, dark) =>
    `<circle cy="-6" r="40" fill="${pale}"/><path d="M-50 36L-18 -14L2 14L20 -10L50 36Z" fill="${base}"/><path d="M-18 -14L-6 3L-16 0L-24 6L-29 3ZM20 -10L31 8L22 5L14 9L10 4Z" fill="#fff"/><path d="M-50 36H50V42H-50Z" fill="${dark}"/>`,
  // A heart.
  (base, pale) =>
    `<path d="M0 42C-60 2 -48 -42 -20 -42C-6 -42 0 -30 0 -24C0 -30 6 -42 20 -42C48 -42 60 2 0 42Z" fill="${base}"/><path d="M-30 -22C-28 -30 -24 -32 -18 -32" stroke="${pale}" stroke-width="6" fill="none"/>`,
  // A star.
  (base, pale) =>
    `<path d="M0 -46L13 -15L46 -13L20 8L29 41L0 22L-29 41L-20 8L-46 -13L-13 -15Z" fill="${base}"/><path d="M0 -24L7 -8L24 -7L10 4L15 21L0 11Z" fill="${pale}" fill-opacity=".7"/>`,
  // A cat's face.
  (base, _pale, dark, ground) =>
    `<path d="M-38 -40L-14 -26C-6 -29 6 -29 14 -26L38 -40L40 4C38 30 20 42 0 42C-20 42 -38 30 -40 4Z" fill="${base}"/><circle cx="-16" cy="2" r="6" fill="${ground}"/><circle cx="16" cy="2" r="6" fill="${ground}"/><path d="M-5 15L5 15L0 21ZM0 21C-3 29 -10 29 -13 25M0 21C3 29 10 29 13 25M-24 18L-48 14M-24 23L-46 28M24 18L48 14M24 23L46 28" stroke="${dark}" stroke-width="3" fill="none"/>`,
  // A wave in a circle.
  (base, pale, dark) =>
    `<circle r="44" fill="${pale}"/><path d="M-44 6C-34 -22 -6 -34 14 -18C26 -8 18 8 6 2C14 14 34 10 43 -6C46 30 20 44 0 44C-24 44 -42 28 -44 6Z" fill="${base}"/><path d="M-36 18C-20 30 14 32 36 18" stroke="${dark}" stroke-width="3" fill="none"/>`,
  // A sprig.
  (base, pale, dark) =>
    `<path d="M0 46C2 10 -2 -10 0 -44" stroke="${dark}" stroke-width="4" fill="none"/><path d="M0 -44C-12 -34 -12 -26 0 -20C12 -26 12 -34 0 -44ZM0 -12C-10 -30 -30 -30 -40 -26C-34 -10 -16 -4 0 -12ZM0 -12C10 -30 30 -30 40 -26C34 -10 16 -4 0 -12ZM0 16C-10 -2 -30 -2 -40 2C-34 18 -16 24 0 16ZM0 16C10 -2 30 -2 40 2C34 18 16 24 0 16Z" fill="${base}" stroke="${pale}" stroke-width="2"/>`,
  // Three bars and a ring.
  (base, pale, dark) =>
    `<circle cx="-12" cy="-10" r="30" fill="none" stroke="${base}" stroke-width="10"/><path d="M-46 22H46V30H-46Z" fill="${dark}"/><path d="M-30 34H46V40H-30Z" fill="${base}"/><circle cx="26" cy="-20" r="16" fill="${pale}"/>`,
  // A bolt.
  (base, _pale, dark) =>
    `<path d="M8 -48L-30 8L-4 8L-12 48L30 -12L4 -12L20 -48Z" fill="${base}" stroke="${dark}" stroke-width="3"/>`,
  // A flower.
  (base, pale, dark) =>
    `<path d="M0 6C6 20 4 34 0 48M2 34C12 22 24 24 30 26C24 38 12 40 2 34Z" stroke="${dark}" stroke-width="4" fill="#6c9a62"/><g fill="${base}"><circle cy="-34" r="15"/><circle cx="21" cy="-19" r="15"/><circle cx="13" cy="6" r="15"/><circle cx="-13" cy="6" r="15"/><circle cx="-21" cy="-19" r="15"/></g><circle cy="-13" r="13" fill="${pale}"/>`,
];
