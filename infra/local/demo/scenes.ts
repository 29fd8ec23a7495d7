import { mix } from './colours.ts';
import { short } from './paths.ts';
import type { Random } from './random.ts';

/** Where a product is seen: what lies behind it, and how it is placed. */
export interface Scene {
  defs: string;
  background: string;
  /** An SVG transform that puts the drawing's middle where it belongs. */
  place: string;
}

export const PICTURE_WIDTH = 480;
export const PICTURE_HEIGHT = 600;

const TINTS = ['#f4f2ef', '#eff2f5', '#f5f0ea', '#f1f4ee', '#f6f0f1', '#f2f0f6'];

/**
 * A shop's studio: every product in the middle, before a softly lit wall. The place is whole pixels at full scale
 * and the light falls straight down, because patterns and gradients off that grid take twice the time to render.
 */
export function studioScene(random: Random, paleProduct: boolean): Scene {
  const tint = random.pick(TINTS);
  const wall = paleProduct ? mix(tint, '#8d8a94', 0.16) : tint;
  return {
    defs: `<linearGradient id="wall" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="${mix(wall, '#ffffff', paleProduct ? 0.25 : 0.75)}"/><stop offset=".6" stop-color="${mix(wall, '#ffffff', paleProduct ? 0.1 : 0.5)}"/><stop offset="1" stop-color="${mix(wall, '#6d6878', 0.08)}"/></linearGradient>`,
    background: `<path d="M0 0H${PICTURE_WIDTH}V${PICTURE_HEIGHT}H0Z" fill="url(#wall)"/>`,
    place: `translate(${PICTURE_WIDTH / 2} ${PICTURE_HEIGHT / 2})`,
  };
}

/** Anywhere: for an encoder that has to look at the product and not at what is behind it. */
export function anyScene(random: Random): Scene {
  const size = random.between(0.78, 1.16);
  const stretch = random.between(0.94, 1.06);
  const x = PICTURE_WIDTH / 2 + random.between(-24, 24);
  const y = PICTURE_HEIGHT / 2 + random.between(-30, 30);
  const turn = random.chance(0.6) ? random.between(-7, 7) : 0;
  const flip = random.chance(0.5) ? -1 : 1;
  const place = `translate(${short(x)} ${short(y)}) rotate(${short(turn)}) scale(${(size * stretch * flip).toFixed(3)} ${size.toFixed(3)})`;
  const cover = (paint: string) => `<path d="M0 0H${PICTURE_WIDTH}V${PICTURE_HEIGHT}H0Z" fill="${paint}"/>`;
  const kind = random.next();
  if (kind < 0.4) return { defs: '', background: cover('#ffffff'), place };
  const base =
    kind < 0.85 ? mix(anyColour(random), '#ffffff', random.between(0.55, 0.95)) : anyColour(random);
  const other = mix(base, random.pick(['#ffffff', '#000000', anyColour(random)]), random.between(0.1, 0.4));
  const [x2, y2] = random.pick([
    [0, 1],
    [1, 1],
    [1, 0],
  ] as const);
  const defs = `<linearGradient id="wall" x1="0" y1="0" x2="${x2}" y2="${y2}"><stop offset="0" stop-color="${base}"/><stop offset="1" stop-color="${other}"/></linearGradient>`;
  const wall = cover(random.chance(0.3) ? base : 'url(#wall)');
  if (kind < 0.62) return { defs, background: wall, place };
  return { defs, background: wall + clutter(random, other), place };
}

/** Blurs, shelves and floors: things that are in a picture and don't matter. */
function clutter(random: Random, paint: string): string {
  const shapes: string[] = [];
  if (random.chance(0.5)) {
    const floor = random.between(330, 500);
    shapes.push(
      `<path d="M0 ${short(floor)}H480V600H0Z" fill="${mix(paint, random.pick(['#ffffff', '#3a3040']), 0.25)}"/>`,
    );
  }
  for (let i = random.integer(1, 6); i > 0; i--) {
    const fill = mix(anyColour(random), paint, random.between(0.3, 0.9));
    const [x, y, size] = [random.between(-40, 520), random.between(-40, 640), random.between(20, 150)].map(
      short,
    );
    shapes.push(
      random.chance(0.5)
        ? `<circle cx="${x}" cy="${y}" r="${size}" fill="${fill}" fill-opacity=".6"/>`
        : `<path transform="translate(${x} ${y}) rotate(${random.integer(0, 180)})" d="M0 0h${size}v${short(random.between(8, 120))}h-${size}Z" fill="${fill}" fill-opacity=".6"/>`,
    );
  }
  return shapes.join('');
}

function anyColour(random: Random): string {
  const channel = () => random.integer(20, 235).toString(16).padStart(2, '0');
  return `#${channel()}${channel()}${channel()}`;
}
