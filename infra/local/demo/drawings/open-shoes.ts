import { BOTH_SIDES, box, flipped, oval, path } from '../paths.ts';
import type { Sketch } from '../sketch.ts';

export function drawFlipFlops(sketch: Sketch): void {
  const x = 84;
  for (const side of BOTH_SIDES) {
    sketch.piece(side(soleOf(x, 5)), { fill: sketch.accent.base, texture: false });
    sketch.piece(side(soleOf(x)), { shadow: false });
    for (const y of [-150, -120, 110, 140, 168])
      sketch.line(side(path`M${x - 24} ${y}L${x + 20} ${y}`), 1.2, sketch.main.line);
    const strap = side(
      path`M${x - 18} -118C${x - 44} -96 ${x - 56} -40 ${x - 52} 10M${x - 18} -118C${x + 20} -100 ${x + 52} -40 ${x + 48} 10`,
    );
    sketch.fold(strap, 2);
    sketch.band(strap, 17, sketch.accent, { cap: 'round', shadow: false });
    sketch.button(side === flipped ? -(x - 18) : x - 18, -120, 8, sketch.accent);
  }
}

export function drawSlides(sketch: Sketch, straps = 1): void {
  const x = 84;
  const insole = sketch.random.pick(['#c89b6a', '#d9b78c', sketch.main.dark, '#3a342f']);
  for (const side of BOTH_SIDES) {
    sketch.piece(side(soleOf(x, 4)), { fill: '#4a3a2c', texture: false });
    sketch.piece(side(soleOf(x)), { fill: insole, shadow: false, texture: false });
    sketch.fold(side(path`M${x - 20} 150C${x - 10} 172 ${x + 10} 172 ${x + 18} 150`), 1.2);
    for (let i = 0; i < straps; i++) {
      const y = straps === 1 ? -118 : -134 + i * 84;
      const height = straps === 1 ? 122 : 54;
      sketch.piece(
        side(
          path`M${x - 68} ${y + 12}C${x - 30} ${y - 14} ${x + 30} ${y - 14} ${x + 70} ${y + 14}L${x + 60} ${y + height}C${x + 20} ${y + height - 22} ${x - 24} ${y + height - 22} ${x - 63} ${y + height}Z`,
        ),
      );
      sketch.stitch(
        side(
          path`M${x - 66} ${y + 18}C${x - 30} ${y - 8} ${x + 30} ${y - 8} ${x + 67} ${y + 20}M${x - 62} ${y + height - 7}C${x - 24} ${y + height - 29} ${x + 20} ${y + height - 29} ${x + 60} ${y + height - 7}`,
        ),
      );
      if (straps > 1) sketch.line(side(box(x + 20, y + 6, 22, 28)), 4.5, sketch.metal.base);
    }
  }
}

/** Sandals with crossing straps and one round the heel. */
export function drawSandals(sketch: Sketch): void {
  const x = 84;
  const insole = sketch.random.pick(['#c89b6a', '#d9b78c', '#b98a5c']);
  const crossed = sketch.random.chance(0.5);
  for (const side of BOTH_SIDES) {
    sketch.piece(side(soleOf(x, 4)), { fill: '#5b452f', texture: false });
    sketch.piece(side(soleOf(x)), { fill: insole, shadow: false, texture: false });
    sketch.fold(side(path`M${x - 24} -150C${x - 10} -172 ${x + 14} -172 ${x + 26} -150`), 1);
    const straps = crossed
      ? [
          path`M${x - 62} -120C${x - 20} -112 ${x + 30} -70 ${x + 56} -14`,
          path`M${x + 64} -120C${x + 20} -112 ${x - 30} -70 ${x - 54} -14`,
        ]
      : [
          path`M${x - 64} -112C${x - 20} -134 ${x + 24} -134 ${x + 64} -110`,
          path`M${x - 2} -126C${x + 4} -80 ${x - 2} -40 ${x} 14`,
        ];
    const all = [
      ...straps,
      path`M${x - 52} 24C${x - 20} -2 ${x + 20} -2 ${x + 48} 24`,
      path`M${x - 48} 70C${x - 54} 130 ${x - 40} 178 ${x - 4} 180C${x + 34} 178 ${x + 50} 130 ${x + 44} 70`,
    ];
    for (const strap of all) {
      sketch.fold(side(strap), 1.6);
      sketch.band(side(strap), 19, sketch.main, { shadow: false });
      sketch.stitch(side(strap));
    }
    sketch.line(side(box(x + 30, 6, 20, 24)), 4.5, sketch.metal.base);
  }
}

export function drawBallerinas(sketch: Sketch): void {
  const x = 82;
  const bow = sketch.random.chance(0.65);
  const pointed = sketch.random.chance(0.4);
  for (const side of BOTH_SIDES) {
    const shoe = pointed
      ? soleOf(x)
          .replace(path`M${x - 14} -196C`, path`M${x - 10} -226C`)
          .replace(path`${x - 14} -196Z`, path`${x - 10} -226Z`)
      : soleOf(x);
    sketch.piece(side(shoe));
    const opening = path`M${x} -96C${x + 32} -98 ${x + 42} -60 ${x + 38} -10C${x + 34} 40 ${x + 28} 60 ${x + 30} 100C${x + 32} 160 ${x + 16} 184 ${x - 4} 184C${x - 28} 184 ${x - 36} 158 ${x - 34} 100C${x - 32} 50 ${x - 40} 10 ${x - 42} -20C${x - 44} -66 ${x - 32} -96 ${x} -96Z`;
    sketch.piece(side(opening), { fill: '#e2cdb0', shadow: false, shade: 'down', texture: false });
    sketch.fold(side(path`M${x - 32} -20C${x - 28} 60 ${x - 24} 100 ${x - 24} 150`), 1.4);
    sketch.line(side(opening), 5, sketch.main.dark);
    sketch.gloss(side(path`M${x - 40} -140C${x - 20} -170 ${x + 10} -170 ${x + 24} -150`), 2);
    if (bow) {
      sketch.piece(
        side(
          path`M${x} -104C${x - 20} -126 ${x - 40} -118 ${x - 36} -102C${x - 34} -88 ${x - 16} -92 ${x} -102C${x + 18} -92 ${x + 36} -88 ${x + 36} -102C${x + 40} -118 ${x + 18} -126 ${x} -104Z`,
        ),
        { fill: sketch.main.light, shadow: false, texture: false },
      );
      sketch.add(path`<path d="${side(oval(x, -103, 6, 7))}" fill="${sketch.main.dark}"/>`);
    } else sketch.line(side(path`M${x - 18} -112L${x + 18} -112`), 6, sketch.metal.base);
  }
}

/** The outline of a right sole, `grow` wider than the plainest. */
function soleOf(x: number, grow = 0): string {
  const g = grow;
  return path`M${x - 14} ${-196 - g}C${x + 40 + g} ${-200 - g} ${x + 66 + g} -146 ${x + 62 + g} -84C${x + 58 + g} -20 ${x + 40 + g} 30 ${x + 42 + g} 96C${x + 46 + g} ${176 + g} ${x + 20} ${200 + g} ${x - 4} ${200 + g}C${x - 36 - g} ${200 + g} ${x - 50 - g} ${166 + g} ${x - 46 - g} 100C${x - 44 - g} 40 ${x - 54 - g} -20 ${x - 60 - g} -84C${x - 64 - g} -150 ${x - 50 - g} ${-194 - g} ${x - 14} ${-196 - g}Z`;
}
