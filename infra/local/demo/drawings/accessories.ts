import { BOTH_SIDES, box, flipped, mirrored, oval, path } from '../paths.ts';
import type { Sketch } from '../sketch.ts';
import { drawMotif, pickMotif } from './motifs.ts';

export function drawBelt(sketch: Sketch): void {
  const { pick, chance } = sketch.random;
  const round = chance(0.3);
  const tip = pick([150, 170]);
  // The far side of the loop, the near side over it, then the buckle.
  sketch.ground(0, 128, 400, 40);
  sketch.piece(
    path`M-186 10C-190 -70 -110 -112 0 -112C110 -112 190 -70 186 10L186 54C180 -20 100 -62 0 -62C-100 -62 -180 -20 -186 54Z`,
    { fill: sketch.main.deep, texture: false },
  );
  sketch.stitch(path`M-178 10C-174 -60 -100 -102 0 -102C100 -102 174 -60 178 10`, sketch.main.dark);
  sketch.piece(
    path`M-188 4C-186 76 -100 106 0 108C100 106 186 76 188 4C192 20 192 40 188 56C178 122 100 158 0 160C-100 158 -178 122 -188 56C-192 40 -192 20 -188 4Z`,
  );
  sketch.stitch(
    path`M-186 16C-178 82 -96 114 0 116C96 114 178 82 186 16M-186 50C-174 112 -96 148 0 150C96 148 174 112 186 50`,
    sketch.main.luminance < 0.05 ? sketch.main.pale : sketch.main.dark,
  );
  sketch.gloss(path`M-170 60C-140 106 -90 126 -50 130`, 2);
  sketch.piece(
    path`M-30 110C30 112 90 106 ${tip - 20} 84L${tip} 100L${tip - 10} 132C100 156 30 160 -30 158Z`,
  );
  sketch.stitch(
    path`M-24 117C30 119 90 112 ${tip - 20} 92M-24 151C30 152 100 148 ${tip - 16} 126`,
    sketch.main.luminance < 0.05 ? sketch.main.pale : sketch.main.dark,
  );
  for (const [x, y] of [
    [44, 134],
    [72, 130],
    [100, 123],
  ] as const)
    sketch.add(`<ellipse cx="${x}" cy="${y}" rx="4" ry="4.6" fill="${sketch.main.deep}"/>`);
  sketch.band(path`M24 106L26 164`, 13, sketch.main, { shadow: false });
  const buckle = round ? oval(-36, 133, 38, 40) : box(-76, 95, 76, 78, 12);
  sketch.add(
    path`<path d="${buckle}" fill="none" stroke="${sketch.metal.deep}" stroke-width="15"/><path d="${buckle}" fill="none" stroke="${sketch.metal.base}" stroke-width="12"/><path d="${buckle}" fill="none" stroke="${sketch.metal.pale}" stroke-width="3.4"/>`,
  );
  sketch.band(path`M-70 134L2 134`, 7, sketch.metal, { cap: 'round', shadow: false });
}

export function drawTie(sketch: Sketch, style: 'long' | 'bow' = 'long'): void {
  if (style === 'bow') {
    sketch.ground(0, 92, 360, 24);
    for (const side of BOTH_SIDES) {
      sketch.piece(side(path`M14 -20C60 -70 130 -88 178 -80C186 -30 186 30 178 80C130 88 60 70 14 20Z`), {
        fill: sketch.fabric(side === flipped ? 20 : -20),
        texture: true,
      });
      sketch.fold(
        side(path`M30 -12C80 -30 110 -36 150 -40M30 12C80 26 110 30 150 30M26 0C60 0 90 -4 120 -2`),
        1.4,
      );
    }
    sketch.piece(
      path`M-26 -34C-10 -42 10 -42 26 -34C32 -10 32 10 26 34C10 42 -10 42 -26 34C-32 10 -32 -10 -26 -34Z`,
      { fill: sketch.fabric(90), texture: true },
    );
    return;
  }
  const wide = sketch.random.between(52, 64);
  sketch.piece(path`M-8 -170C6 -100 30 0 40 150L22 196L4 150C2 0 -4 -90 -20 -170Z`, {
    fill: sketch.main.dark,
    texture: false,
  });
  sketch.piece(mirrored(path`M0 -178L26 -178C30 -100 ${wide - 8} 40 ${wide} 176L0 244`), {
    fill: sketch.fabric(sketch.pattern === 'striped' || sketch.pattern === 'pinstriped' ? 38 : 0),
    texture: true,
  });
  sketch.gloss(path`M-12 -140C-16 -40 -30 60 -34 170`, 1.6);
  sketch.fold(path`M6 -170C8 -140 2 -120 4 -100`, 1.6);
  sketch.piece(path`M-44 -242C-20 -250 20 -250 44 -242L28 -176C12 -168 -12 -168 -28 -176Z`, {
    fill: sketch.fabric(sketch.pattern === 'striped' || sketch.pattern === 'pinstriped' ? -38 : 0),
    texture: true,
  });
  sketch.fold(path`M-30 -236C-14 -210 -10 -196 -8 -176M34 -230C22 -210 18 -196 18 -180`, 1.4);
}

export function drawUmbrella(sketch: Sketch, style: 'open' | 'folded' = 'open'): void {
  const handle = sketch.random.pick(['#6d4529', '#2b2b2f', '#a87b4f']);
  const wood = { ...sketch.metal, base: handle, line: '#3a2a1e' };
  if (style === 'folded') {
    sketch.within('rotate(14)', () => {
      sketch.band(path`M0 -250L0 -220M0 120L0 190C0 236 52 236 52 196`, 11, wood, { cap: 'round' });
      sketch.piece(path`M0 -228C22 -180 44 60 34 130C16 142 -16 142 -34 130C-44 60 -22 -180 0 -228Z`, {
        fill: sketch.fabric(70),
        texture: true,
      });
      sketch.fold(
        path`M0 -216C-6 -100 -18 40 -14 130M4 -200C14 -80 18 40 16 130M-8 -160C-22 -40 -30 60 -26 124`,
        1.8,
      );
      sketch.band(
        path`M-40 40C-20 52 20 52 40 40`,
        13,
        { ...sketch.main, base: sketch.main.dark },
        { shadow: false },
      );
      sketch.button(20, 48, 5, sketch.metal);
    });
    return;
  }
  sketch.band(path`M0 -20L0 190C0 238 58 238 58 196`, 8, wood, { cap: 'round' });
  sketch.band(path`M0 -196L0 -224`, 6, sketch.metal, { cap: 'round' });
  sketch.piece(
    path`M-212 6C-206 -120 -110 -198 0 -198C110 -198 206 -120 212 6C190 -16 156 -18 130 6C104 -16 70 -18 44 8C30 -6 -30 -6 -44 8C-70 -18 -104 -16 -130 6C-156 -18 -190 -16 -212 6Z`,
  );
  const panels = [
    path`M0 -198C-70 -150 -130 -80 -130 6`,
    path`M0 -198C-30 -140 -46 -70 -44 8`,
    path`M0 -198C30 -140 46 -70 44 8`,
    path`M0 -198C70 -150 130 -80 130 6`,
  ];
  for (const rib of panels) {
    sketch.line(rib, 1.8);
    sketch.fold(rib, 1.6);
  }
  sketch.gloss(path`M-20 -176C-70 -130 -92 -80 -92 -20`, 2.4);
  for (const x of [-212, -130, -44, 44, 130, 212])
    sketch.add(`<circle cx="${x}" cy="8" r="3.6" fill="${sketch.metal.base}"/>`);
}

export function drawGloves(sketch: Sketch, style: 'fingers' | 'mittens' = 'fingers'): void {
  const motif = pickMotif(sketch);
  for (const [side, turn] of [
    [flipped, 6],
    [(d: string) => d, -6],
  ] as const) {
    sketch.within(`rotate(${-turn})`, () => {
      const hand =
        style === 'mittens'
          ? path`M44 170C44 90 40 40 40 -20C38 -110 62 -170 104 -170C146 -170 164 -110 160 -30C158 40 152 90 152 170ZM0 0`
          : path`M46 170C46 110 40 70 44 20L46 -108C47 -132 72 -132 73 -108L75 -30L77 -142C78 -168 104 -168 104 -142L104 -32L108 -132C110 -156 134 -154 134 -130L132 -26L138 -92C141 -114 162 -110 161 -88C160 -40 158 20 154 80C152 110 152 140 152 170Z`;
      sketch.piece(side(path`M58 60C30 40 10 0 4 -50C0 -78 26 -84 36 -60C46 -36 56 -20 74 0Z`));
      sketch.piece(side(hand.replace('ZM0 0', 'Z')));
      if (style === 'fingers') {
        sketch.line(side(path`M72 0L76 70M98 -4L98 76M124 0L120 70`), 1.6);
        sketch.fold(
          side(path`M75 -26C73 -10 74 0 76 10M104 -28C104 -10 103 0 103 8M132 -22C130 -8 129 0 128 8`),
          1.6,
        );
      } else if (sketch.pattern === 'plain' || sketch.pattern === 'printed')
        drawMotif(sketch, side === flipped ? -100 : 100, -20, 64, motif);
      sketch.gloss(side(path`M60 100C58 60 60 30 62 0`), 1.4);
      sketch.piece(side(path`M40 132C80 142 120 142 158 132L160 208C120 218 80 218 38 208Z`), {
        fill: sketch.texture === 'leather' ? sketch.main.dark : sketch.accent.base,
        texture: false,
      });
      for (let x = 48; x < 156; x += 9)
        sketch.line(
          side(path`M${x} 140L${x} 212`),
          1.4,
          sketch.texture === 'leather' ? sketch.main.line : sketch.accent.line,
        );
    });
  }
}
