import { BOTH_SIDES, mirrored, path } from '../paths.ts';
import type { Sketch } from '../sketch.ts';
import { drawRibHem } from './knitwear.ts';
import { drawMotif } from './motifs.ts';
import { drawSleeves } from './sleeves.ts';
import { drawTorsoFolds, torsoOf, torsoPath } from './torso.ts';

export function drawHoodie(sketch: Sketch, zip = false): void {
  const t = torsoOf(sketch, {
    neckDepth: 30,
    neck: 44,
    shoulder: 118,
    chest: 112,
    hem: 106,
    waist: 110,
    bottom: 166,
    top: -168,
    armpit: -66,
  });
  const y = t.top;
  const lining = sketch.random.chance(0.3) ? sketch.accent.dark : sketch.main.deep;
  sketch.piece(
    mirrored(
      path`M0 ${y - 62}C44 ${y - 62} 74 ${y - 36} 78 ${y + 6}C78 ${y + 24} 66 ${y + 36} 50 ${y + 40}L0 ${y + 46}`,
    ),
    { fill: sketch.main.base, texture: true },
  );
  sketch.piece(
    mirrored(path`M0 ${y - 42}C30 ${y - 42} 48 ${y - 22} 48 ${y + 4}C44 ${y + 20} 24 ${y + 32} 0 ${y + 44}`),
    { fill: lining, shade: 'down', shadow: false, texture: false },
  );
  drawSleeves(sketch, t, 'long', { wide: 8, cuff: 'rib' });
  sketch.piece(torsoPath({ ...t, neckDepth: 44 }));
  drawTorsoFolds(sketch, t);
  drawRibHem(sketch, t);
  sketch.stitch(mirrored(path`M0 ${y - 36}C26 ${y - 36} 42 ${y - 18} 42 ${y + 4}`).replace(/Z$/, ''));
  for (const side of BOTH_SIDES) {
    sketch.piece(
      side(
        path`M0 ${y + 46}C12 ${y + 28} 36 ${y + 8} 50 ${y + 2}C62 ${y + 2} 72 ${y + 6} 78 ${y + 8}C62 ${y + 34} 30 ${y + 58} 6 ${y + 62}Z`,
      ),
      { fill: sketch.main.base, texture: true },
    );
  }
  const pocket = path`M-64 ${t.bottom - 12}L-64 ${t.bottom - 52}L-36 ${t.bottom - 96}L36 ${t.bottom - 96}L64 ${t.bottom - 52}L64 ${t.bottom - 12}Z`;
  sketch.piece(pocket, { shade: 'down', shadow: false });
  sketch.stitch(path`M-60 ${t.bottom - 50}L-33 ${t.bottom - 91}L33 ${t.bottom - 91}L60 ${t.bottom - 50}`);
  if (zip) drawZip(sketch, y + 56, t.bottom + 26);
  const cord = {
    ...sketch.accent,
    base: sketch.random.chance(0.6) ? '#f4f2ee' : sketch.accent.base,
    line: sketch.main.line,
  };
  sketch.band(
    path`M-22 ${y + 40}C-26 ${y + 70} -20 ${y + 90} -24 ${y + 116}M22 ${y + 40}C26 ${y + 66} 20 ${y + 84} 25 ${y + 108}`,
    3.6,
    cord,
  );
  sketch.button(-22, y + 38, 3.4, sketch.metal);
  sketch.button(22, y + 38, 3.4, sketch.metal);
  if (!zip && sketch.pattern === 'printed') drawMotif(sketch, 0, t.armpit + 40, 86);
}

export function drawZip(sketch: Sketch, top: number, bottom: number, x = 0): void {
  sketch.line(path`M${x} ${top}L${x} ${bottom}`, 8, sketch.main.line);
  sketch.add(
    path`<path d="M${x} ${top}L${x} ${bottom}" stroke="${sketch.metal.base}" stroke-width="3.6" stroke-dasharray="2 1.6"/>`,
  );
  sketch.piece(path`M${x - 3} ${top}L${x + 3} ${top}L${x + 4} ${top + 18}L${x - 4} ${top + 18}Z`, {
    fill: sketch.metal.light,
    line: sketch.metal.deep,
    shade: 'none',
    shadow: false,
    texture: false,
  });
}
