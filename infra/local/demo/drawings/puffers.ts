import { BOTH_SIDES, flipped, mirrored, path } from '../paths.ts';
import type { Sketch } from '../sketch.ts';
import { coatTorso } from './coats.ts';
import { drawZip } from './hoodies.ts';
import { drawSlantPocket } from './jackets.ts';
import { drawSleeves } from './sleeves.ts';
import { drawTorsoFolds, torsoOf, torsoPath } from './torso.ts';

export function drawPuffer(sketch: Sketch): void {
  const t = torsoOf(sketch, {
    neckDepth: 12,
    neck: 44,
    shoulder: 124,
    chest: 122,
    waist: 118,
    hem: 114,
    bottom: 164,
  });
  const lining = sketch.accent.dark;
  const y = t.top;
  sketch.piece(
    path`M-50 ${y + 8}C-54 ${y - 30} -40 ${y - 44} 0 ${y - 44}C40 ${y - 44} 54 ${y - 30} 50 ${y + 8}Z`,
    { fill: lining, shade: 'down' },
  );
  drawSleeves(sketch, t, 'long', { wide: 18, cuff: 'none' });
  sketch.piece(torsoPath(t));
  for (let row = y + 52; row < t.bottom; row += 44) {
    const edge = row < t.armpit ? t.chest - 6 : t.chest - 4;
    for (const side of BOTH_SIDES) {
      sketch.fold(side(path`M5 ${row + 4}C40 ${row + 9} 80 ${row + 8} ${edge} ${row - 2}`), 1.6);
      sketch.line(side(path`M5 ${row}C40 ${row + 5} 80 ${row + 4} ${edge} ${row - 6}`), 1.6);
      sketch.gloss(side(path`M14 ${row - 24}C40 ${row - 20} 70 ${row - 20} ${edge - 14} ${row - 26}`), 1.2);
    }
  }
  for (const side of BOTH_SIDES) {
    for (let i = 0; i < 6; i++) {
      const from = t.armpit - 8 + i * 42;
      const lean = i * 3.4;
      sketch.line(
        side(
          path`M${t.chest + 2 + lean * 0.6} ${from + 18}C${t.shoulder + 10 + lean} ${from + 14} ${t.shoulder + 28 + lean} ${from + 4} ${t.shoulder + 44 + lean} ${from - 12}`,
        ),
        1.6,
      );
      sketch.fold(
        side(
          path`M${t.chest + 4 + lean * 0.6} ${from + 22}C${t.shoulder + 12 + lean} ${from + 18} ${t.shoulder + 30 + lean} ${from + 8} ${t.shoulder + 44 + lean} ${from - 8}`,
        ),
        1,
      );
    }
    sketch.piece(
      side(
        path`M2 ${y + 22}C26 ${y + 20} 46 ${y + 10} 50 ${y - 20}C58 ${y - 10} 64 ${y + 6} 62 ${y + 22}C46 ${y + 46} 20 ${y + 52} 2 ${y + 52}Z`,
      ),
      { shade: 'down' },
    );
  }
  drawZip(sketch, y + 24, t.bottom + 8);
}

export function drawParka(sketch: Sketch): void {
  const t = coatTorso(sketch, {
    bottom: 206,
    top: -190,
    armpit: -104,
    shoulder: 106,
    chest: 100,
    waist: 98,
    hem: 106,
  });
  const y = t.top;
  const fur = sketch.random.pick(['#c9b08a', '#a58a66', '#e6ddcd', '#6d5a47']);
  drawSleeves(sketch, t, 'long', { wide: 10, cuff: 'band' });
  sketch.piece(torsoPath({ ...t, neckDepth: 50 }));
  drawTorsoFolds(sketch, t);
  for (const side of BOTH_SIDES) drawFlapPocket(sketch, side, 58, 80, 58);
  for (const side of BOTH_SIDES) drawSlantPocket(sketch, side, 60, -36);
  drawZip(sketch, y + 46, t.bottom + 8);
  sketch.line(path`M14 ${y + 50}L14 ${t.bottom + 8}`, 1.6);
  sketch.stitch(path`M${-t.waist} 40C-40 46 40 46 ${t.waist} 40`);
  const tufts = Array.from({ length: 30 }, (_, i) => {
    const angle = Math.PI * (0.98 - (i / 29) * 2.0 * 0.98) - Math.PI / 2 + Math.PI * 0.5;
    return path`<circle cx="${Math.sin(angle) * 62}" cy="${y - 8 - Math.cos(angle) * 50}" r="${15 + (i % 3) * 2}" fill="${fur}" stroke="#000" stroke-opacity=".12"/>`;
  });
  sketch.piece(
    mirrored(path`M0 ${y - 58}C44 ${y - 58} 70 ${y - 40} 72 ${y}C70 ${y + 30} 40 ${y + 48} 0 ${y + 52}`),
    { fill: sketch.main.deep, shade: 'down' },
  );
  sketch.add(tufts.join(''));
}

function drawFlapPocket(
  sketch: Sketch,
  side: (d: string) => string,
  x: number,
  y: number,
  width: number,
): void {
  const [left, right] = [x - width / 2, x + width / 2];
  sketch.piece(side(path`M${left} ${y}L${right} ${y}L${right} ${y + 64}L${left} ${y + 66}Z`), {
    shade: 'down',
    shadow: false,
  });
  sketch.piece(
    side(path`M${left - 2} ${y - 3}L${right + 2} ${y - 3}L${right + 2} ${y + 18}L${left - 2} ${y + 20}Z`),
    { shade: 'down', shadow: false },
  );
  sketch.button(side === flipped ? -x : x, y + 12, 4, sketch.metal);
}
