import { BOTH_SIDES, path } from '../paths.ts';
import type { Sketch } from '../sketch.ts';
import { drawDrawstring, drawLegFolds, drawLegs, drawWaistband, type Legs, legsOf, sideAt } from './legs.ts';

export const TROUSER_CUTS = {
  tailored: { knee: 44, hem: 36 },
  wide: { hip: 98, waist: 72, knee: 58, hem: 66, apart: 16 },
  cropped: { knee: 40, hem: 34, bottom: 180 },
} satisfies Record<string, Partial<Legs>>;

export function drawTrousers(sketch: Sketch, cut: Partial<Legs>): void {
  const legs = legsOf(sketch, cut);
  const crotch = drawLegs(sketch, legs);
  const middle = legs.hip * 0.55;
  drawLegFolds(sketch, legs, crotch, 0.7);
  for (const side of BOTH_SIDES) {
    // The pressed crease.
    sketch.gloss(
      side(
        path`M${middle - 6} ${legs.top + 60}C${middle - 2} ${crotch} ${middle + legs.apart * 0.5} ${crotch + 100} ${middle + legs.apart - 2} ${legs.bottom}`,
      ),
      0.7,
    );
    sketch.line(
      side(
        path`M${middle - 2} ${legs.top + 60}C${middle + 2} ${crotch} ${middle + legs.apart * 0.5 + 3} ${crotch + 100} ${middle + legs.apart + 2} ${legs.bottom}`,
      ),
      1,
      sketch.main.line,
    );
    sketch.line(
      side(path`M${legs.waist - 16} ${legs.top + 26}L${sideAt(legs, legs.top + 86)} ${legs.top + 86}`),
      1.6,
    );
    sketch.stitch(
      side(path`M${legs.waist - 20} ${legs.top + 28}L${sideAt(legs, legs.top + 86) - 6} ${legs.top + 86}`),
    );
  }
  sketch.line(path`M0 ${legs.top + 30}L0 ${crotch}`, 1.6);
  sketch.stitch(
    path`M13 ${legs.top + 32}L12 ${legs.top + 90}C11 ${legs.top + 106} 6 ${legs.top + 112} 2 ${legs.top + 116}`,
  );
  drawWaistband(sketch, legs);
}

export function drawTrackPants(sketch: Sketch): void {
  const legs = legsOf(sketch, { knee: 46, hem: 26, apart: 8, bottom: 214 });
  const crotch = drawLegs(sketch, legs);
  const middle = legs.hip * 0.55;
  drawLegFolds(sketch, legs, crotch, 1);
  const stripes = sketch.random.chance(0.6);
  for (const side of BOTH_SIDES) {
    if (stripes) {
      const kneeY = crotch + (legs.bottom - crotch) * 0.45;
      sketch.line(
        side(
          path`M${legs.waist - 4} ${legs.top + 24}C${legs.hip - 9} ${legs.top + 80} ${legs.hip - 7} ${crotch} ${middle + legs.knee * 0.9 - 4} ${kneeY}L${middle + legs.hem + legs.apart - 6} ${legs.bottom - 4}`,
        ),
        9,
        sketch.accent.base,
      );
    }
    sketch.piece(
      side(
        path`M${middle + legs.apart - legs.hem - 1} ${legs.bottom - 2}L${middle + legs.apart + legs.hem + 1} ${legs.bottom - 4}L${middle + legs.apart + legs.hem - 3} ${legs.bottom + 22}L${middle + legs.apart - legs.hem + 3} ${legs.bottom + 24}Z`,
      ),
      { fill: sketch.main.dark, texture: false },
    );
    sketch.line(
      side(path`M${legs.waist - 14} ${legs.top + 28}L${sideAt(legs, legs.top + 84)} ${legs.top + 84}`),
      2.4,
    );
  }
  drawDrawstring(sketch, legs);
}

export function drawLeggings(sketch: Sketch): void {
  const legs = legsOf(sketch, { waist: 66, hip: 84, knee: 33, hem: 21, apart: 2, bottom: 226 });
  const crotch = drawLegs(sketch, legs);
  drawLegFolds(sketch, legs, crotch, 0.6);
  drawWaistband(sketch, legs, false, 34);
  for (const side of BOTH_SIDES)
    sketch.stitch(
      side(
        path`M${legs.hip - 14} ${legs.top + 60}C${legs.hip - 14} ${crotch + 20} 68 ${crotch + 80} 62 ${crotch + 150}`,
      ),
    );
}

export function drawShorts(sketch: Sketch, sporty = false): void {
  const { between } = sketch.random;
  const legs = legsOf(sketch, {
    waist: 94,
    hip: 126,
    knee: 66,
    hem: between(66, 76),
    top: -150,
    bottom: between(92, 140),
    apart: 14,
  });
  const crotch = drawLegs(sketch, legs);
  const middle = legs.hip * 0.55;
  drawLegFolds(sketch, { ...legs, bottom: legs.bottom + 10 }, crotch, 0.9);
  for (const side of BOTH_SIDES) {
    sketch.line(
      side(path`M${legs.waist - 14} ${legs.top + 26}L${sideAt(legs, legs.top + 92)} ${legs.top + 92}`),
      1.8,
    );
    sketch.stitch(
      side(
        path`M${middle + legs.apart - legs.hem + 1} ${legs.bottom - 11}L${middle + legs.apart + legs.hem - 1} ${legs.bottom - 13}`,
      ),
    );
    if (sporty)
      sketch.line(
        side(
          path`M${sideAt(legs, legs.top + 92) - 6} ${legs.top + 92}L${middle + legs.hem + legs.apart - 7} ${legs.bottom - 2}`,
        ),
        10,
        sketch.accent.base,
      );
  }
  sketch.line(path`M0 ${legs.top + 30}L0 ${crotch}`, 1.6);
  if (sporty) drawDrawstring(sketch, legs);
  else {
    sketch.stitch(
      path`M14 ${legs.top + 34}L13 ${legs.top + 90}C12 ${legs.top + 108} 6 ${legs.top + 114} 2 ${legs.top + 118}`,
    );
    drawWaistband(sketch, legs);
  }
}
