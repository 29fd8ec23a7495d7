import { box, flipped, mirrored, oval, path } from '../paths.ts';
import type { Sketch } from '../sketch.ts';
import { drawMotif } from './motifs.ts';

const BOTH_SIDES = [(d: string) => d, flipped];

export function drawHandbag(sketch: Sketch, style: 'satchel' | 'bucket' | 'hobo' | 'flap' | 'clutch' | 'crossbody' = 'satchel'): void {
  ({ satchel: drawSatchel, bucket: drawBucketBag, hobo: drawHobo, flap: drawFlapBag, clutch: drawClutch, crossbody: drawCrossbody })[style](sketch);
}

function drawSatchel(sketch: Sketch): void {
  const { between } = sketch.random;
  const [top, bottom] = [-34, 168];
  const wide = 168 + between(-10, 10);
  const handle = between(-196, -160);
  sketch.ground(0, bottom + 4, wide * 2.3, 36);
  const arch = path`M-74 ${top + 10}C-74 ${handle} -46 ${handle - 14} 0 ${handle - 14}C46 ${handle - 14} 74 ${handle} 74 ${top + 10}`;
  sketch.within('translate(8 -10)', () => sketch.band(arch, 11, { ...sketch.main, base: sketch.main.dark }, { shadow: false }));
  sketch.piece(mirrored(path`M0 ${top}L${wide - 34} ${top}C${wide - 20} ${top} ${wide - 14} ${top + 10} ${wide - 12} ${top + 22}L${wide} ${bottom - 20}C${wide + 2} ${bottom - 6} ${wide - 8} ${bottom} ${wide - 22} ${bottom}L0 ${bottom}`));
  for (const side of BOTH_SIDES) {
    sketch.piece(side(path`M${wide - 34} ${top}C${wide - 20} ${top} ${wide - 14} ${top + 10} ${wide - 12} ${top + 22}L${wide} ${bottom - 20}C${wide + 2} ${bottom - 6} ${wide - 8} ${bottom} ${wide - 22} ${bottom}C${wide - 48} 90 ${wide - 50} 30 ${wide - 34} ${top}Z`), { fill: sketch.main.dark, texture: false, shadow: false });
    sketch.stitch(side(path`M${wide - 40} ${top + 4}C${wide - 56} 30 ${wide - 54} 90 ${wide - 28} ${bottom - 4}`));
    sketch.piece(side(path`M60 ${top - 4}L88 ${top - 4}L86 ${top + 52}L74 ${top + 62}L62 ${top + 52}Z`), { fill: sketch.main.base, texture: false, shadow: false });
    sketch.add(path`<path d="${side(oval(74, top - 2, 10))}" fill="none" stroke="${sketch.metal.base}" stroke-width="4.6"/>`);
    sketch.button(side === flipped ? -74 : 74, top + 46, 4, sketch.metal);
    sketch.button(side === flipped ? -wide + 40 : wide - 40, bottom + 2, 6, sketch.metal);
  }
  sketch.stitch(path`M${-wide + 46} ${top + 12}L${wide - 46} ${top + 12}M${-wide + 34} ${bottom - 12}L${wide - 34} ${bottom - 12}`);
  sketch.line(path`M${-wide + 40} ${top + 3}L${wide - 40} ${top + 3}`, 3.4, sketch.metal.base);
  sketch.gloss(path`M${-wide + 70} ${top + 36}C-90 20 -100 80 ${-wide + 60} 120`, 1.6);
  sketch.band(arch, 11);
  if (sketch.random.chance(0.5)) {
    sketch.band(path`M74 ${top + 4}C84 30 76 50 82 72`, 3, sketch.main, { shadow: false });
    sketch.piece(path`M72 70L94 70L98 104L83 116L68 104Z`, { fill: sketch.accent.base, texture: false, shadow: false });
  }
  if (sketch.pattern === 'printed') drawMotif(sketch, 0, 78, 100);
}

function drawBucketBag(sketch: Sketch): void {
  const [top, bottom] = [-56, 186];
  sketch.ground(0, bottom + 2, 300, 34);
  sketch.band(path`M-104 ${top + 10}C-90 -190 -50 -236 0 -236C50 -236 90 -190 104 ${top + 10}`, 14, { ...sketch.main, base: sketch.main.dark });
  sketch.piece(path`M-118 ${top}C-60 ${top - 26} 60 ${top - 26} 118 ${top}C60 ${top + 26} -60 ${top + 26} -118 ${top}Z`, { fill: sketch.main.deep, shade: 'none', texture: false });
  sketch.piece(mirrored(path`M0 ${top + 16}C50 ${top + 16} 90 ${top + 10} 118 ${top}C126 20 130 100 126 ${bottom - 24}C124 ${bottom - 4} 60 ${bottom + 6} 0 ${bottom + 6}`));
  sketch.piece(mirrored(path`M0 ${bottom - 50}C60 ${bottom - 50} 110 ${bottom - 56} 128 ${bottom - 66}L126 ${bottom - 24}C124 ${bottom - 4} 60 ${bottom + 6} 0 ${bottom + 6}`), { fill: sketch.main.dark, texture: false, shadow: false });
  sketch.stitch(path`M-128 ${bottom - 72}C-80 ${bottom - 58} 80 ${bottom - 58} 128 ${bottom - 72}`);
  for (const x of [-92, -56, -20, 20, 56, 92]) {
    sketch.button(x, top + 40 - (x * x) / 900, 4.6, sketch.metal);
    sketch.fold(path`M${x} ${top + 46 - (x * x) / 900}C${x} ${top + 80} ${x * 1.05} ${top + 110} ${x * 1.1} ${top + 160}`, 0.9);
  }
  sketch.band(path`M-118 ${top + 34}C-60 ${top + 56} 60 ${top + 56} 118 ${top + 34}`, 5, sketch.accent, { shadow: false });
  sketch.band(path`M-10 ${top + 50}C-18 ${top + 90} -6 ${top + 110} -14 ${top + 140}M8 ${top + 50}C16 ${top + 86} 8 ${top + 104} 14 ${top + 128}`, 5, sketch.accent, { shadow: false });
}

function drawHobo(sketch: Sketch): void {
  const bottom = 150;
  sketch.ground(0, bottom + 6, 330, 34);
  sketch.band(path`M-150 -30C-140 -180 -70 -232 0 -232C70 -232 140 -180 150 -30`, 22);
  sketch.piece(mirrored(path`M0 14C60 14 110 -10 138 -52C150 -66 168 -56 172 -36C186 40 176 110 120 140C80 156 40 ${bottom + 6} 0 ${bottom + 6}`));
  for (const side of BOTH_SIDES) {
    sketch.fold(side(path`M142 -40C120 10 90 40 60 60M160 -20C150 40 120 80 90 100`), 1.3);
    sketch.add(path`<path d="${side(oval(150, -38, 13))}" fill="none" stroke="${sketch.metal.base}" stroke-width="6"/>`);
    sketch.gloss(side(path`M120 60C110 90 90 110 60 124`), 1.2);
  }
  sketch.line(path`M-130 -40C-100 2 -50 20 0 20C50 20 100 2 130 -40`, 3.4, sketch.metal.base);
  sketch.stitch(path`M-130 -24C-100 18 -50 34 0 34C50 34 100 18 130 -24`);
}

function drawFlapBag(sketch: Sketch): void {
  const [top, bottom, wide] = [-46, 150, 164];
  const quilted = sketch.random.chance(0.5) && sketch.pattern === 'plain';
  sketch.ground(0, bottom + 3, 400, 34);
  const chain = path`M${-wide + 20} ${top + 8}C-120 -180 -70 -230 0 -230C70 -230 120 -180 ${wide - 20} ${top + 8}`;
  sketch.add(path`<path d="${chain}" fill="none" stroke="${sketch.metal.deep}" stroke-width="9" stroke-dasharray="12 3"/><path d="${chain}" fill="none" stroke="${sketch.metal.light}" stroke-width="5" stroke-dasharray="10 5"/>`);
  sketch.piece(box(-wide, top, wide * 2, bottom - top, 18));
  sketch.piece(mirrored(path`M0 ${top - 6}L${wide - 18} ${top - 6}Q${wide + 2} ${top - 6} ${wide + 2} ${top + 16}L${wide - 6} 50C${wide - 14} 72 100 86 0 88`), { shade: 'down' });
  if (quilted) {
    for (let x = -126; x <= 126; x += 28) {
      const low = 74 - (x * x) / 900;
      const reach = (low - top - 10) / 2;
      sketch.line(path`M${x - reach / 2} ${top + 8}L${x + reach / 2} ${low}M${x + reach / 2} ${top + 8}L${x - reach / 2} ${low}`, 1.3);
    }
  }
  sketch.stitch(mirrored(path`M0 ${top + 2}L${wide - 16} ${top + 2}L${wide - 13} 48C${wide - 22} 66 96 78 0 80`).replace('Z', ''));
  sketch.piece(box(-17, 70, 34, 30, 6), { fill: sketch.sheen(sketch.metal), line: sketch.metal.deep, shade: 'none', shadow: false, texture: false });
  sketch.line(path`M-8 85L8 85`, 3, sketch.metal.deep);
  sketch.gloss(path`M${-wide + 30} ${top + 24}L${-wide + 40} 36`, 1.8);
}

function drawClutch(sketch: Sketch): void {
  const wide = 180;
  const evening = sketch.random.chance(0.5);
  sketch.ground(0, 112, 420, 32);
  sketch.piece(box(-wide, -96, wide * 2, 206, 12));
  if (evening) {
    sketch.band(path`M${-wide - 1} -96L${wide + 1} -96`, 9, sketch.metal, { fill: sketch.sheen(sketch.metal) });
    sketch.button(-8, -107, 9, sketch.metal);
    sketch.button(9, -107, 9, sketch.metal);
    sketch.gloss(path`M-140 -60C-100 -20 -120 40 -150 80M20 -70C40 -10 30 50 0 92`, 2);
  } else {
    sketch.piece(path`M${-wide} -98L${wide} -98L${wide} -70L12 40Q0 50 -12 40L${-wide} -70Z`, { shade: 'down' });
    sketch.stitch(path`M${-wide + 6} -70L-10 32Q0 41 10 32L${wide - 6} -70`);
    sketch.button(0, 26, 10, sketch.metal);
    sketch.band(path`M${wide - 14} 0C${wide + 22} 30 ${wide + 12} 120 ${wide - 10} 130C${wide - 40} 130 ${wide - 10} 40 ${wide - 18} 4`, 7, sketch.main, { shadow: false });
  }
  sketch.stitch(path`M${-wide + 8} 102L${wide - 8} 102`);
}

function drawCrossbody(sketch: Sketch): void {
  const [top, bottom, wide] = [-10, 190, 132];
  sketch.ground(0, bottom + 3, 320, 32);
  sketch.band(path`M${-wide + 6} ${top + 30}C-150 -120 -90 -244 0 -244C90 -244 150 -120 ${wide - 6} ${top + 30}`, 10, { ...sketch.main, base: sketch.main.dark });
  sketch.piece(mirrored(path`M0 ${top}L${wide - 60} ${top}C${wide - 10} ${top} ${wide} ${top + 30} ${wide} ${top + 60}L${wide} ${bottom - 60}C${wide} ${bottom - 20} ${wide - 20} ${bottom} ${wide - 60} ${bottom}L0 ${bottom}`));
  sketch.line(path`M${-wide + 40} ${top + 24}L${wide - 40} ${top + 24}`, 7, sketch.main.deep);
  sketch.add(path`<path d="M${-wide + 40} ${top + 24}H${wide - 40}" stroke="${sketch.metal.base}" stroke-width="3" stroke-dasharray="2.4 1.8"/>`);
  sketch.piece(mirrored(path`M0 ${top + 62}L${wide - 40} ${top + 62}C${wide - 22} ${top + 62} ${wide - 20} ${top + 76} ${wide - 20} ${top + 84}L${wide - 20} ${bottom - 56}C${wide - 20} ${bottom - 30} ${wide - 34} ${bottom - 20} ${wide - 60} ${bottom - 20}L0 ${bottom - 20}`), { shade: 'down', shadow: false });
  sketch.stitch(mirrored(path`M0 ${top + 70}L${wide - 42} ${top + 70}C${wide - 28} ${top + 70} ${wide - 27} ${top + 78} ${wide - 27} ${top + 88}L${wide - 27} ${bottom - 58}C${wide - 27} ${bottom - 36} ${wide - 40} ${bottom - 27} ${wide - 60} ${bottom - 27}L0 ${bottom - 27}`).replace('Z', ''));
  for (const side of BOTH_SIDES) sketch.add(path`<path d="${side(oval(wide - 4, top + 34, 9))}" fill="none" stroke="${sketch.metal.base}" stroke-width="4.4"/>`);
  sketch.gloss(path`M${-wide + 26} ${top + 40}L${-wide + 24} ${bottom - 50}`, 1.5);
  if (sketch.pattern === 'printed') drawMotif(sketch, 0, 104, 80);
}

export function drawTote(sketch: Sketch): void {
  const { between, chance } = sketch.random;
  const [top, bottom] = [-50, 206];
  const wide = 138 + between(-10, 16);
  const handles = chance(0.5) ? sketch.main : sketch.accent;
  const handle = between(-226, -180);
  sketch.ground(0, bottom + 3, wide * 2.3, 34);
  const arch = (lift: number) => path`M-62 ${top + 40}C-64 ${handle + 40} -56 ${handle + lift} 0 ${handle + lift}C56 ${handle + lift} 64 ${handle + 40} 62 ${top + 40}`;
  sketch.band(arch(14), 15, { ...handles, base: handles.dark });
  sketch.piece(path`M${-wide} ${top}C${-wide * 0.5} ${top - 10} ${wide * 0.5} ${top - 10} ${wide} ${top}L${wide} ${top + 18}L${-wide} ${top + 18}Z`, { fill: sketch.main.deep, shade: 'none', texture: false });
  sketch.piece(mirrored(path`M0 ${top + 8}C${wide * 0.5} ${top + 8} ${wide * 0.9} ${top + 2} ${wide} ${top}C${wide + 2} ${top + 80} ${wide - 2} ${bottom - 60} ${wide - 8} ${bottom - 6}C${wide - 20} ${bottom + 2} ${wide * 0.4} ${bottom + 4} 0 ${bottom + 4}`));
  sketch.stitch(path`M${-wide + 2} ${top + 22}C${-wide * 0.5} ${top + 30} ${wide * 0.5} ${top + 30} ${wide - 2} ${top + 22}`);
  for (const side of BOTH_SIDES) {
    sketch.fold(side(path`M${wide - 6} ${top + 60}C${wide - 30} ${top + 110} ${wide - 26} ${bottom - 90} ${wide - 14} ${bottom - 30}`), 1.1);
    sketch.fold(side(path`M${wide - 10} ${bottom - 20}C${wide - 50} ${bottom - 40} ${wide - 70} ${bottom - 30} ${wide - 100} ${bottom - 44}`), 0.8);
    sketch.piece(side(path`M54 ${top + 10}L70 ${top + 9}L70 ${top + 58}L54 ${top + 59}Z`), { fill: handles.base, shade: 'none', texture: false, shadow: false });
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
    sketch.band(side(path`M60 ${top + 16}C${wide + 20} ${top + 40} ${wide + 34} -20 ${wide + 18} 60C${wide + 16} 110 ${wide} 150 ${wide - 14} 172`), 20, { ...trim, base: trim.dark });
  }
  sketch.band(path`M-30 ${top + 10}C-30 ${top - 46} 30 ${top - 46} 30 ${top + 10}`, 13, trim);
  const flat = style === 'roll-top';
  sketch.piece(mirrored(flat ? path`M0 ${top - 6}L${wide - 16} ${top - 4}L${wide - 8} ${top + 40}C${wide + 4} -40 ${wide + 6} 80 ${wide + 2} ${bottom - 34}C${wide} ${bottom - 6} ${wide - 16} ${bottom} ${wide - 36} ${bottom}L0 ${bottom}` : path`M0 ${top}C70 ${top} ${wide - 12} ${top + 20} ${wide - 2} ${top + 92}C${wide + 8} -20 ${wide + 8} 80 ${wide + 4} ${bottom - 34}C${wide + 2} ${bottom - 6} ${wide - 14} ${bottom} ${wide - 36} ${bottom}L0 ${bottom}`));
  sketch.gloss(path`M${-wide + 26} -90C${-wide + 16} -20 ${-wide + 18} 0 ${-wide + 20} 20`, 1.4);
  if (style === 'school') {
    const zip = path`M${-wide + 20} 6C${-wide + 16} -60 ${-wide + 26} ${top + 34} 0 ${top + 34}C${wide - 26} ${top + 34} ${wide - 16} -60 ${wide - 20} 6`;
    sketch.line(zip, 6, sketch.main.deep);
    sketch.add(path`<path d="${zip}" fill="none" stroke="${sketch.metal.base}" stroke-width="2.4" stroke-dasharray="2.4 1.8"/>`);
    sketch.piece(box(-26, -76, 52, 38, 4), { fill: trim.base, shadow: false, texture: false, shade: 'down' });
  } else if (style === 'roll-top') {
    sketch.piece(box(-wide + 10, top - 10, wide * 2 - 20, 46, 10), { shade: 'down' });
    sketch.band(path`M0 ${top - 10}L0 30`, 16, trim, { shadow: false });
    sketch.line(box(-14, -50, 28, 24), 5, sketch.metal.base);
  } else {
    sketch.piece(mirrored(path`M0 ${top - 4}C70 ${top - 4} ${wide - 4} ${top + 20} ${wide + 2} ${top + 70}C${wide - 4} -30 ${wide - 30} -10 0 -4`), { shade: 'down' });
    for (const side of BOTH_SIDES) {
      sketch.band(side(path`M56 ${top + 40}L56 50`), 13, trim, { shadow: false });
      sketch.line(side(box(44, -8, 24, 20)), 4.6, sketch.metal.base);
    }
  }
  sketch.piece(box(-wide + 22, 44, wide * 2 - 44, 136, 20), { shade: 'left', shadow: false });
  sketch.line(path`M${-wide + 40} 66L${wide - 40} 66`, 5.5, sketch.main.deep);
  sketch.add(path`<path d="M${-wide + 40} 66H${wide - 40}" stroke="${sketch.metal.base}" stroke-width="2.4" stroke-dasharray="2.4 1.8"/>`);
  sketch.piece(box(wide - 52, 62, 8, 26, 3), { fill: sketch.metal.light, line: sketch.metal.deep, shade: 'none', shadow: false, texture: false });
  sketch.stitch(box(-wide + 28, 50, wide * 2 - 56, 124, 16));
  if (sketch.pattern === 'printed') drawMotif(sketch, 0, 124, 74);
}

export function drawWallet(sketch: Sketch, style: 'bifold' | 'long' | 'open' = 'bifold'): void {
  const seams = (x: number, y: number, w: number, h: number) => sketch.stitch(box(x + 7, y + 7, w - 14, h - 14, 10));
  if (style === 'long') {
    sketch.ground(0, 112, 420, 26);
    sketch.piece(box(-186, -96, 372, 206, 14));
    seams(-186, -96, 372, 206);
    sketch.line(path`M-186 -70L186 -70`, 7, sketch.main.deep);
    sketch.add(path`<path d="M-180 -70H176" stroke="${sketch.metal.base}" stroke-width="3.2" stroke-dasharray="2.6 1.8"/>`);
    sketch.piece(box(150, -76, 12, 40, 4), { fill: sketch.metal.light, line: sketch.metal.deep, shade: 'none', shadow: false, texture: false });
    sketch.band(path`M186 -62C216 -40 214 60 196 110`, 9, sketch.main, { shadow: false });
  } else if (style === 'open') {
    sketch.piece(box(-176, -170, 352, 340, 14), { fill: sketch.main.dark, texture: false });
    for (const y of [-156, 6]) {
      sketch.piece(box(-164, y, 328, 150, 8), { shade: 'down', shadow: false });
      for (const step of [30, 56, 82]) {
        sketch.line(path`M-156 ${y + step}L-8 ${y + step}M8 ${y + step}L156 ${y + step}`, 2);
        sketch.fold(path`M-152 ${y + step + 5}L-10 ${y + step + 5}M12 ${y + step + 5}L152 ${y + step + 5}`, 0.8);
      }
      sketch.stitch(path`M-158 ${y + 6}L-158 ${y + 144}L158 ${y + 144}L158 ${y + 6}M0 ${y + 30}L0 ${y + 142}`);
    }
    sketch.piece(box(20, -172, 120, 30, 4), { fill: sketch.accent.pale, shade: 'none', shadow: false, texture: false });
  } else {
    sketch.ground(4, 136, 380, 24);
    sketch.piece(box(-160, -124, 330, 256, 16), { fill: sketch.main.deep, texture: false });
    sketch.piece(box(-168, -130, 330, 256, 16));
    seams(-168, -130, 330, 256);
    if (sketch.random.chance(0.5)) {
      sketch.piece(path`M90 -26L190 -26Q200 -26 200 -12L200 12Q200 26 190 26L90 26Q72 0 90 -26Z`, { shade: 'down' });
      sketch.button(112, 0, 9, sketch.metal);
    } else {
      sketch.line(box(88, 66, 52, 36, 4), 1.6, sketch.main.line);
      sketch.line(path`M98 84L130 84`, 2, sketch.main.line);
    }
  }
  sketch.gloss(path`M-130 -90C-90 -40 -110 40 -136 90`, 2.2);
  if (sketch.pattern === 'printed' && style !== 'open') drawMotif(sketch, 0, 0, 90);
}

export function drawSuitcase(sketch: Sketch): void {
  const [top, bottom, wide] = [-120, 204, 116];
  sketch.ground(0, bottom + 24, 300, 30);
  sketch.band(path`M-46 ${top}L-46 -226L46 -226L46 ${top}`, 9, sketch.metal, { fill: sketch.metal.light });
  sketch.band(path`M-50 -228L50 -228`, 17, { ...sketch.metal, base: '#2d2d31', line: '#17171a' }, { cap: 'round' });
  for (const x of [-86, 86]) sketch.piece(box(x - 12, bottom - 4, 24, 28, 8), { fill: '#2d2d31', line: '#17171a', texture: false });
  sketch.piece(box(-wide, top, wide * 2, bottom - top, 30));
  for (let x = -wide + 32; x < wide - 10; x += 28) {
    sketch.fold(path`M${x + 3} ${top + 22}L${x + 3} ${bottom - 22}`, 1.3);
    sketch.gloss(path`M${x - 5} ${top + 24}L${x - 5} ${bottom - 24}`, 1.3);
    sketch.line(path`M${x} ${top + 20}L${x} ${bottom - 20}`, 1.4);
  }
  sketch.band(path`M-30 ${top + 16}L30 ${top + 16}`, 11, { ...sketch.main, base: sketch.main.deep }, { cap: 'round', shadow: false });
  for (const side of BOTH_SIDES) sketch.piece(side(path`M${wide - 26} ${top + 2}Q${wide} ${top + 2} ${wide} ${top + 28}L${wide - 8} ${top + 30}Q${wide - 10} ${top + 12} ${wide - 28} ${top + 10}Z`), { fill: sketch.main.deep, shade: 'none', shadow: false, texture: false });
}
