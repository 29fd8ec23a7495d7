import { BOTH_SIDES, flipped, path } from '../paths.ts';
import type { Sketch } from '../sketch.ts';
import { drawLegFolds, drawLegs, drawWaistband, type Legs, legsOf, sideAt } from './legs.ts';

export const JEANS_CUTS = {
  straight: { knee: 45, hem: 42 },
  skinny: { hip: 90, waist: 70, knee: 36, hem: 27, apart: 6 },
  flared: { hip: 90, waist: 70, knee: 38, hem: 62, apart: 20 },
  wide: { hip: 100, knee: 56, hem: 62, apart: 16 },
} satisfies Record<string, Partial<Legs>>;

export function drawJeans(sketch: Sketch, cut: Partial<Legs>, short = false): void {
  const legs = legsOf(
    sketch,
    short
      ? {
          ...cut,
          waist: 92,
          hip: 124,
          knee: 64,
          hem: 66,
          top: -150,
          bottom: 100 + sketch.random.between(-20, 40),
          apart: 12,
        }
      : cut,
  );
  const crotch = drawLegs(sketch, legs);
  const thread = sketch.main.luminance > 0.6 ? sketch.main.line : '#d59a4a';
  const middle = legs.hip * 0.55;
  if (!short || legs.bottom > 80) {
    // Worn pale along the thighs, as washed denim is.
    const fade = sketch.gradient(
      [
        [0, '#fff', sketch.main.luminance < 0.06 ? 0.13 : 0.3],
        [1, '#fff', 0],
      ],
      'spot',
    );
    for (const x of [-middle - 6, middle + 6])
      sketch.add(
        path`<ellipse cx="${x}" cy="${crotch + (short ? 20 : 60)}" rx="${legs.knee * 0.42}" ry="${short ? 40 : 110}" fill="${fade}"/>`,
      );
  }
  drawLegFolds(sketch, legs, crotch, 1.1);
  sketch.line(path`M0 ${legs.top + 30}L0 ${crotch}`, 1.8);
  sketch.stitch(
    path`M16 ${legs.top + 32}L15 ${legs.top + 96}C14 ${legs.top + 112} 8 ${legs.top + 120} 2 ${legs.top + 124}`,
    thread,
  );
  for (const side of BOTH_SIDES) {
    sketch.piece(
      side(
        path`M${legs.waist * 0.5} ${legs.top + 29}C${legs.waist * 0.52} ${legs.top + 54} ${legs.waist * 0.8} ${legs.top + 66} ${sideAt(legs, legs.top + 66)} ${legs.top + 66}L${sideAt(legs, legs.top + 40)} ${legs.top + 40}L${legs.waist + 3} ${legs.top + 22}Z`,
      ),
      { fill: sketch.main.dark, shadow: false, shade: 'none', texture: true },
    );
    sketch.stitch(
      side(
        path`M${legs.waist * 0.45} ${legs.top + 30}C${legs.waist * 0.47} ${legs.top + 60} ${legs.waist * 0.78} ${legs.top + 72} ${sideAt(legs, legs.top + 72) - 1} ${legs.top + 72}`,
      ),
      thread,
    );
    sketch.stitch(
      side(
        path`M${middle + legs.apart - legs.hem + 1} ${legs.bottom - 11}L${middle + legs.apart + legs.hem - 1} ${legs.bottom - 13}`,
      ),
      thread,
    );
    if (short)
      sketch.piece(
        side(
          path`M${middle + legs.apart - legs.hem - 2} ${legs.bottom - 16}L${middle + legs.apart + legs.hem + 2} ${legs.bottom - 18}L${middle + legs.apart + legs.hem + 3} ${legs.bottom + 1}L${middle + legs.apart - legs.hem - 2} ${legs.bottom + 4}Z`,
        ),
        { fill: sketch.main.light, texture: true },
      );
    sketch.button(
      side === flipped ? -legs.waist * 0.56 : legs.waist * 0.56,
      legs.top + 42,
      2.2,
      sketch.metal,
    );
  }
  drawWaistband(sketch, legs);
  sketch.stitch(
    path`M${-legs.waist + 2} ${legs.top + 16}C-30 ${legs.top + 27} 30 ${legs.top + 27} ${legs.waist - 2} ${legs.top + 16}`,
    thread,
  );
}
