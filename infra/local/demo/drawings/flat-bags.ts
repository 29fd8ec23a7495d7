import { BOTH_SIDES, box, mirrored, oval, path } from '../paths.ts';
import type { Sketch } from '../sketch.ts';
import { drawMotif } from './motifs.ts';

export function drawFlapBag(sketch: Sketch): void {
  const [top, bottom, wide] = [-46, 150, 164];
  const quilted = sketch.random.chance(0.5) && sketch.pattern === 'plain';
  sketch.ground(0, bottom + 3, 400, 34);
  const chain = path`M${-wide + 20} ${top + 8}C-120 -180 -70 -230 0 -230C70 -230 120 -180 ${wide - 20} ${top + 8}`;
  sketch.add(
    path`<path d="${chain}" fill="none" stroke="${sketch.metal.deep}" stroke-width="9" stroke-dasharray="12 3"/><path d="${chain}" fill="none" stroke="${sketch.metal.light}" stroke-width="5" stroke-dasharray="10 5"/>`,
  );
  sketch.piece(box(-wide, top, wide * 2, bottom - top, 18));
  sketch.piece(
    mirrored(
      path`M0 ${top - 6}L${wide - 18} ${top - 6}Q${wide + 2} ${top - 6} ${wide + 2} ${top + 16}L${wide - 6} 50C${wide - 14} 72 100 86 0 88`,
    ),
    { shade: 'down' },
  );
  if (quilted) {
    for (let x = -126; x <= 126; x += 28) {
      const low = 74 - (x * x) / 900;
      const reach = (low - top - 10) / 2;
      sketch.line(
        path`M${x - reach / 2} ${top + 8}L${x + reach / 2} ${low}M${x + reach / 2} ${top + 8}L${x - reach / 2} ${low}`,
        1.3,
      );
    }
  }
  sketch.stitch(
    mirrored(path`M0 ${top + 2}L${wide - 16} ${top + 2}L${wide - 13} 48C${wide - 22} 66 96 78 0 80`).replace(
      'Z',
      '',
    ),
  );
  sketch.piece(box(-17, 70, 34, 30, 6), {
    fill: sketch.sheen(sketch.metal),
    line: sketch.metal.deep,
    shade: 'none',
    shadow: false,
    texture: false,
  });
  sketch.line(path`M-8 85L8 85`, 3, sketch.metal.deep);
  sketch.gloss(path`M${-wide + 30} ${top + 24}L${-wide + 40} 36`, 1.8);
}

export function drawClutch(sketch: Sketch): void {
  const wide = 180;
  const evening = sketch.random.chance(0.5);
  sketch.ground(0, 112, 420, 32);
  sketch.piece(box(-wide, -96, wide * 2, 206, 12));
  if (evening) {
    sketch.band(path`M${-wide - 1} -96L${wide + 1} -96`, 9, sketch.metal, {
      fill: sketch.sheen(sketch.metal),
    });
    sketch.button(-8, -107, 9, sketch.metal);
    sketch.button(9, -107, 9, sketch.metal);
    sketch.fold(
      path`M-120 -84C-104 -40 -112 40 -124 96M0 -84C10 -30 4 40 -4 96M120 -84C108 -30 116 40 124 96`,
      0.9,
    );
  } else {
    sketch.piece(path`M${-wide} -98L${wide} -98L${wide} -70L12 40Q0 50 -12 40L${-wide} -70Z`, {
      shade: 'down',
    });
    sketch.stitch(path`M${-wide + 6} -70L-10 32Q0 41 10 32L${wide - 6} -70`);
    sketch.button(0, 26, 10, sketch.metal);
    sketch.band(
      path`M${wide - 14} 0C${wide + 22} 30 ${wide + 12} 120 ${wide - 10} 130C${wide - 40} 130 ${wide - 10} 40 ${wide - 18} 4`,
      7,
      sketch.main,
      { shadow: false },
    );
  }
  sketch.stitch(path`M${-wide + 8} 102L${wide - 8} 102`);
}

export function drawCrossbody(sketch: Sketch): void {
  const [top, bottom, wide] = [-10, 190, 132];
  sketch.ground(0, bottom + 3, 320, 32);
  sketch.band(
    path`M${-wide + 6} ${top + 30}C-150 -120 -90 -244 0 -244C90 -244 150 -120 ${wide - 6} ${top + 30}`,
    10,
    { ...sketch.main, base: sketch.main.dark },
  );
  sketch.piece(
    mirrored(
      path`M0 ${top}L${wide - 60} ${top}C${wide - 10} ${top} ${wide} ${top + 30} ${wide} ${top + 60}L${wide} ${bottom - 60}C${wide} ${bottom - 20} ${wide - 20} ${bottom} ${wide - 60} ${bottom}L0 ${bottom}`,
    ),
  );
  sketch.line(path`M${-wide + 40} ${top + 24}L${wide - 40} ${top + 24}`, 7, sketch.main.deep);
  sketch.add(
    path`<path d="M${-wide + 40} ${top + 24}H${wide - 40}" stroke="${sketch.metal.base}" stroke-width="3" stroke-dasharray="2.4 1.8"/>`,
  );
  sketch.piece(
    mirrored(
      path`M0 ${top + 62}L${wide - 40} ${top + 62}C${wide - 22} ${top + 62} ${wide - 20} ${top + 76} ${wide - 20} ${top + 84}L${wide - 20} ${bottom - 56}C${wide - 20} ${bottom - 30} ${wide - 34} ${bottom - 20} ${wide - 60} ${bottom - 20}L0 ${bottom - 20}`,
    ),
    { shade: 'down', shadow: false },
  );
  sketch.stitch(
    mirrored(
      path`M0 ${top + 70}L${wide - 42} ${top + 70}C${wide - 28} ${top + 70} ${wide - 27} ${top + 78} ${wide - 27} ${top + 88}L${wide - 27} ${bottom - 58}C${wide - 27} ${bottom - 36} ${wide - 40} ${bottom - 27} ${wide - 60} ${bottom - 27}L0 ${bottom - 27}`,
    ).replace('Z', ''),
  );
  for (const side of BOTH_SIDES)
    sketch.add(
      path`<path d="${side(oval(wide - 4, top + 34, 9))}" fill="none" stroke="${sketch.metal.base}" stroke-width="4.4"/>`,
    );
  sketch.gloss(path`M${-wide + 26} ${top + 40}L${-wide + 24} ${bottom - 50}`, 1.5);
  if (sketch.pattern === 'printed') drawMotif(sketch, 0, 104, 80);
}
