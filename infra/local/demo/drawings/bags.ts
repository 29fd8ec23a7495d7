import { BOTH_SIDES, box, mirrored, path } from '../paths.ts';
import type { Sketch } from '../sketch.ts';
import { drawMotif } from './motifs.ts';

export function drawTote(sketch: Sketch): void {
  const { between, chance } = sketch.random;
  const [top, bottom] = [-50, 206];
  const wide = 138 + between(-10, 16);
  const handles = chance(0.5) ? sketch.main : sketch.accent;
  const handle = between(-226, -180);
  sketch.ground(0, bottom + 3, wide * 2.3, 34);
  const arch = (lift: number) =>
    path`M-62 ${top + 40}C-64 ${handle + 40} -56 ${handle + lift} 0 ${handle + lift}C56 ${handle + lift} 64 ${handle + 40} 62 ${top + 40}`;
  sketch.band(arch(14), 15, { ...handles, base: handles.dark });
  sketch.piece(
    path`M${-wide} ${top}C${-wide * 0.5} ${top - 10} ${wide * 0.5} ${top - 10} ${wide} ${top}L${wide} ${top + 18}L${-wide} ${top + 18}Z`,
    { fill: sketch.main.deep, shade: 'none', texture: false },
  );
  sketch.piece(
    mirrored(
      path`M0 ${top + 8}C${wide * 0.5} ${top + 8} ${wide * 0.9} ${top + 2} ${wide} ${top}C${wide + 2} ${top + 80} ${wide - 2} ${bottom - 60} ${wide - 8} ${bottom - 6}C${wide - 20} ${bottom + 2} ${wide * 0.4} ${bottom + 4} 0 ${bottom + 4}`,
    ),
  );
  sketch.stitch(
    path`M${-wide + 2} ${top + 22}C${-wide * 0.5} ${top + 30} ${wide * 0.5} ${top + 30} ${wide - 2} ${top + 22}`,
  );
  for (const side of BOTH_SIDES) {
    sketch.fold(
      side(
        path`M${wide - 6} ${top + 60}C${wide - 30} ${top + 110} ${wide - 26} ${bottom - 90} ${wide - 14} ${bottom - 30}`,
      ),
      1.1,
    );
    sketch.fold(
      side(
        path`M${wide - 10} ${bottom - 20}C${wide - 50} ${bottom - 40} ${wide - 70} ${bottom - 30} ${wide - 100} ${bottom - 44}`,
      ),
      0.8,
    );
    sketch.piece(side(path`M54 ${top + 10}L70 ${top + 9}L70 ${top + 58}L54 ${top + 59}Z`), {
      fill: handles.base,
      shade: 'none',
      texture: false,
      shadow: false,
    });
    sketch.line(side(path`M56 ${top + 36}L68 ${top + 56}M68 ${top + 36}L56 ${top + 56}`), 1.4, handles.line);
  }
  sketch.band(arch(0), 15, handles);
  if (sketch.pattern === 'printed') drawMotif(sketch, 0, 86, 128);
}

export function drawBackpack(sketch: Sketch, style: 'school' | 'roll-top' | 'drawstring' = 'school'): void {
  const { between, chance } = sketch.random;
  const wide = 128 + between(-8, 10);
  const [top, bottom] = [-176, 196];
  const trim = chance(0.45) ? sketch.accent : { ...sketch.main, base: sketch.main.dark };
  sketch.ground(0, bottom + 3, wide * 2.4, 36);
  for (const side of BOTH_SIDES) {
    sketch.band(
      side(
        path`M60 ${top + 16}C${wide + 20} ${top + 40} ${wide + 34} -20 ${wide + 18} 60C${wide + 16} 110 ${wide} 150 ${wide - 14} 172`,
      ),
      20,
      { ...trim, base: trim.dark },
    );
  }
  sketch.band(path`M-30 ${top + 10}C-30 ${top - 46} 30 ${top - 46} 30 ${top + 10}`, 13, trim);
  const flat = style === 'roll-top';
  sketch.piece(
    mirrored(
      flat
        ? path`M0 ${top - 6}L${wide - 16} ${top - 4}L${wide - 8} ${top + 40}C${wide + 4} -40 ${wide + 6} 80 ${wide + 2} ${bottom - 34}C${wide} ${bottom - 6} ${wide - 16} ${bottom} ${wide - 36} ${bottom}L0 ${bottom}`
        : path`M0 ${top}C70 ${top} ${wide - 12} ${top + 20} ${wide - 2} ${top + 92}C${wide + 8} -20 ${wide + 8} 80 ${wide + 4} ${bottom - 34}C${wide + 2} ${bottom - 6} ${wide - 14} ${bottom} ${wide - 36} ${bottom}L0 ${bottom}`,
    ),
  );
  sketch.gloss(path`M${-wide + 26} -90C${-wide + 16} -20 ${-wide + 18} 0 ${-wide + 20} 20`, 1.4);
  if (style === 'school') {
    const zip = path`M${-wide + 20} 6C${-wide + 16} -60 ${-wide + 26} ${top + 34} 0 ${top + 34}C${wide - 26} ${top + 34} ${wide - 16} -60 ${wide - 20} 6`;
    sketch.line(zip, 6, sketch.main.deep);
    sketch.add(
      path`<path d="${zip}" fill="none" stroke="${sketch.metal.base}" stroke-width="2.4" stroke-dasharray="2.4 1.8"/>`,
    );
    sketch.piece(box(-26, -76, 52, 38, 4), { fill: trim.base, shadow: false, texture: false, shade: 'down' });
  } else if (style === 'roll-top') {
    sketch.piece(box(-wide + 10, top - 10, wide * 2 - 20, 46, 10), { shade: 'down' });
    sketch.band(path`M0 ${top - 10}L0 30`, 16, trim, { shadow: false });
    sketch.line(box(-14, -50, 28, 24), 5, sketch.metal.base);
  } else {
    sketch.piece(
      mirrored(
        path`M0 ${top - 4}C70 ${top - 4} ${wide - 4} ${top + 20} ${wide + 2} ${top + 70}C${wide - 4} -30 ${wide - 30} -10 0 -4`,
      ),
      { shade: 'down' },
    );
    for (const side of BOTH_SIDES) {
      sketch.band(side(path`M56 ${top + 40}L56 50`), 13, trim, { shadow: false });
      sketch.line(side(box(44, -8, 24, 20)), 4.6, sketch.metal.base);
    }
  }
  sketch.piece(box(-wide + 22, 44, wide * 2 - 44, 136, 20), { shade: 'left', shadow: false });
  sketch.line(path`M${-wide + 40} 66L${wide - 40} 66`, 5.5, sketch.main.deep);
  sketch.add(
    path`<path d="M${-wide + 40} 66H${wide - 40}" stroke="${sketch.metal.base}" stroke-width="2.4" stroke-dasharray="2.4 1.8"/>`,
  );
  sketch.piece(box(wide - 52, 62, 8, 26, 3), {
    fill: sketch.metal.light,
    line: sketch.metal.deep,
    shade: 'none',
    shadow: false,
    texture: false,
  });
  sketch.stitch(box(-wide + 28, 50, wide * 2 - 56, 124, 16));
  if (sketch.pattern === 'printed') drawMotif(sketch, 0, 124, 74);
}

export function drawSuitcase(sketch: Sketch): void {
  const [top, bottom, wide] = [-120, 204, 116];
  sketch.ground(0, bottom + 24, 300, 30);
  sketch.band(path`M-46 ${top}L-46 -226L46 -226L46 ${top}`, 9, sketch.metal, { fill: sketch.metal.light });
  sketch.band(
    path`M-50 -228L50 -228`,
    17,
    { ...sketch.metal, base: '#2d2d31', line: '#17171a' },
    { cap: 'round' },
  );
  for (const x of [-86, 86])
    sketch.piece(box(x - 12, bottom - 4, 24, 28, 8), { fill: '#2d2d31', line: '#17171a', texture: false });
  sketch.piece(box(-wide, top, wide * 2, bottom - top, 30));
  for (let x = -wide + 32; x < wide - 10; x += 28) {
    sketch.fold(path`M${x + 3} ${top + 22}L${x + 3} ${bottom - 22}`, 1.3);
    sketch.gloss(path`M${x - 5} ${top + 24}L${x - 5} ${bottom - 24}`, 1.3);
    sketch.line(path`M${x} ${top + 20}L${x} ${bottom - 20}`, 1.4);
  }
  sketch.band(
    path`M-30 ${top + 16}L30 ${top + 16}`,
    11,
    { ...sketch.main, base: sketch.main.deep },
    { cap: 'round', shadow: false },
  );
  for (const side of BOTH_SIDES)
    sketch.piece(
      side(
        path`M${wide - 26} ${top + 2}Q${wide} ${top + 2} ${wide} ${top + 28}L${wide - 8} ${top + 30}Q${wide - 10} ${top + 12} ${wide - 28} ${top + 10}Z`,
      ),
      { fill: sketch.main.deep, shade: 'none', shadow: false, texture: false },
    );
}
