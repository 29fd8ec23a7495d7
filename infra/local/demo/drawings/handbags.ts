import { BOTH_SIDES, flipped, mirrored, oval, path } from '../paths.ts';
import type { Sketch } from '../sketch.ts';
import { drawClutch, drawCrossbody, drawFlapBag } from './flat-bags.ts';
import { drawMotif } from './motifs.ts';

export function drawHandbag(
  sketch: Sketch,
  style: 'satchel' | 'bucket' | 'hobo' | 'flap' | 'clutch' | 'crossbody' = 'satchel',
): void {
  ({
    satchel: drawSatchel,
    bucket: drawBucketBag,
    hobo: drawHobo,
    flap: drawFlapBag,
    clutch: drawClutch,
    crossbody: drawCrossbody,
  })[style](sketch);
}

function drawSatchel(sketch: Sketch): void {
  const { between } = sketch.random;
  const [top, bottom] = [-34, 168];
  const wide = 168 + between(-10, 10);
  const handle = between(-196, -160);
  sketch.ground(0, bottom + 4, wide * 2.3, 36);
  const arch = path`M-74 ${top + 10}C-74 ${handle} -46 ${handle - 14} 0 ${handle - 14}C46 ${handle - 14} 74 ${handle} 74 ${top + 10}`;
  sketch.within('translate(8 -10)', () =>
    sketch.band(arch, 11, { ...sketch.main, base: sketch.main.dark }, { shadow: false }),
  );
  sketch.piece(
    mirrored(
      path`M0 ${top}L${wide - 34} ${top}C${wide - 20} ${top} ${wide - 14} ${top + 10} ${wide - 12} ${top + 22}L${wide} ${bottom - 20}C${wide + 2} ${bottom - 6} ${wide - 8} ${bottom} ${wide - 22} ${bottom}L0 ${bottom}`,
    ),
  );
  for (const side of BOTH_SIDES) {
    sketch.piece(
      side(
        path`M${wide - 34} ${top}C${wide - 20} ${top} ${wide - 14} ${top + 10} ${wide - 12} ${top + 22}L${wide} ${bottom - 20}C${wide + 2} ${bottom - 6} ${wide - 8} ${bottom} ${wide - 22} ${bottom}C${wide - 48} 90 ${wide - 50} 30 ${wide - 34} ${top}Z`,
      ),
      { fill: sketch.main.dark, texture: false, shadow: false },
    );
    sketch.stitch(
      side(path`M${wide - 40} ${top + 4}C${wide - 56} 30 ${wide - 54} 90 ${wide - 28} ${bottom - 4}`),
    );
    sketch.piece(side(path`M60 ${top - 4}L88 ${top - 4}L86 ${top + 52}L74 ${top + 62}L62 ${top + 52}Z`), {
      fill: sketch.main.base,
      texture: false,
      shadow: false,
    });
    sketch.add(
      path`<path d="${side(oval(74, top - 2, 10))}" fill="none" stroke="${sketch.metal.base}" stroke-width="4.6"/>`,
    );
    sketch.button(side === flipped ? -74 : 74, top + 46, 4, sketch.metal);
    sketch.button(side === flipped ? -wide + 40 : wide - 40, bottom + 2, 6, sketch.metal);
  }
  sketch.stitch(
    path`M${-wide + 46} ${top + 12}L${wide - 46} ${top + 12}M${-wide + 34} ${bottom - 12}L${wide - 34} ${bottom - 12}`,
  );
  sketch.line(path`M${-wide + 40} ${top + 3}L${wide - 40} ${top + 3}`, 3.4, sketch.metal.base);
  sketch.gloss(path`M${-wide + 70} ${top + 36}C-90 20 -100 80 ${-wide + 60} 120`, 1.6);
  sketch.band(arch, 11);
  if (sketch.random.chance(0.5)) {
    sketch.band(path`M74 ${top + 4}C84 30 76 50 82 72`, 3, sketch.main, { shadow: false });
    sketch.piece(path`M72 70L94 70L98 104L83 116L68 104Z`, {
      fill: sketch.accent.base,
      texture: false,
      shadow: false,
    });
  }
  if (sketch.pattern === 'printed') drawMotif(sketch, 0, 78, 100);
}

function drawBucketBag(sketch: Sketch): void {
  const [top, bottom] = [-56, 186];
  sketch.ground(0, bottom + 2, 300, 34);
  sketch.band(path`M-104 ${top + 10}C-90 -190 -50 -236 0 -236C50 -236 90 -190 104 ${top + 10}`, 14, {
    ...sketch.main,
    base: sketch.main.dark,
  });
  sketch.piece(
    path`M-118 ${top}C-60 ${top - 26} 60 ${top - 26} 118 ${top}C60 ${top + 26} -60 ${top + 26} -118 ${top}Z`,
    { fill: sketch.main.deep, shade: 'none', texture: false },
  );
  sketch.piece(
    mirrored(
      path`M0 ${top + 16}C50 ${top + 16} 90 ${top + 10} 118 ${top}C126 20 130 100 126 ${bottom - 24}C124 ${bottom - 4} 60 ${bottom + 6} 0 ${bottom + 6}`,
    ),
  );
  sketch.piece(
    mirrored(
      path`M0 ${bottom - 50}C60 ${bottom - 50} 110 ${bottom - 56} 128 ${bottom - 66}L126 ${bottom - 24}C124 ${bottom - 4} 60 ${bottom + 6} 0 ${bottom + 6}`,
    ),
    { fill: sketch.main.dark, texture: false, shadow: false },
  );
  sketch.stitch(path`M-128 ${bottom - 72}C-80 ${bottom - 58} 80 ${bottom - 58} 128 ${bottom - 72}`);
  for (const x of [-92, -56, -20, 20, 56, 92]) {
    sketch.button(x, top + 40 - (x * x) / 900, 4.6, sketch.metal);
    sketch.fold(
      path`M${x} ${top + 46 - (x * x) / 900}C${x} ${top + 80} ${x * 1.05} ${top + 110} ${x * 1.1} ${top + 160}`,
      0.9,
    );
  }
  sketch.band(path`M-118 ${top + 34}C-60 ${top + 56} 60 ${top + 56} 118 ${top + 34}`, 5, sketch.accent, {
    shadow: false,
  });
  sketch.band(
    path`M-10 ${top + 50}C-18 ${top + 90} -6 ${top + 110} -14 ${top + 140}M8 ${top + 50}C16 ${top + 86} 8 ${top + 104} 14 ${top + 128}`,
    5,
    sketch.accent,
    { shadow: false },
  );
}

function drawHobo(sketch: Sketch): void {
  const bottom = 150;
  sketch.ground(0, bottom + 6, 330, 34);
  sketch.band(path`M-150 -30C-140 -180 -70 -232 0 -232C70 -232 140 -180 150 -30`, 22);
  sketch.piece(
    mirrored(
      path`M0 14C60 14 110 -10 138 -52C150 -66 168 -56 172 -36C186 40 176 110 120 140C80 156 40 ${bottom + 6} 0 ${bottom + 6}`,
    ),
  );
  for (const side of BOTH_SIDES) {
    sketch.fold(side(path`M142 -40C120 10 90 40 60 60M160 -20C150 40 120 80 90 100`), 1.3);
    sketch.add(
      path`<path d="${side(oval(150, -38, 13))}" fill="none" stroke="${sketch.metal.base}" stroke-width="6"/>`,
    );
    sketch.gloss(side(path`M120 60C110 90 90 110 60 124`), 1.2);
  }
  sketch.line(path`M-130 -40C-100 2 -50 20 0 20C50 20 100 2 130 -40`, 3.4, sketch.metal.base);
  sketch.stitch(path`M-130 -24C-100 18 -50 34 0 34C50 34 100 18 130 -24`);
}
