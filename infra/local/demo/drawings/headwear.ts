import { crossing, mirrored, path } from '../paths.ts';
import type { Sketch } from '../sketch.ts';
import { drawMotif } from './motifs.ts';

export function drawHat(
  sketch: Sketch,
  style: 'fedora' | 'sun' | 'bucket' | 'beanie' | 'beret' = 'fedora',
): void {
  ({ fedora: drawFedora, sun: drawSunHat, bucket: drawBucketHat, beanie: drawBeanie, beret: drawBeret })[
    style
  ](sketch);
}

function drawFedora(sketch: Sketch): void {
  const ribbon = sketch.accent;
  sketch.ground(0, 104, 420, 40);
  sketch.piece(
    path`M-206 56C-196 26 -120 14 0 14C120 14 196 26 206 56C190 96 100 110 0 110C-100 110 -190 96 -206 56Z`,
    { shade: 'down' },
  );
  sketch.fold(path`M-186 62C-120 96 120 96 186 62`, 1.4);
  sketch.piece(
    path`M-116 56C-118 -10 -104 -92 -76 -124C-52 -146 -22 -136 0 -122C22 -136 52 -146 76 -124C104 -92 118 -10 116 56C70 78 -70 78 -116 56Z`,
  );
  sketch.fold(
    path`M0 -120C-4 -90 -10 -70 -26 -50M-62 -110C-40 -96 -30 -80 -30 -60M62 -110C44 -96 36 -80 36 -60`,
    1.8,
  );
  sketch.piece(path`M-116 22C-60 44 60 44 116 22L116 56C70 78 -70 78 -116 56Z`, {
    fill: ribbon.base,
    texture: false,
    shadow: false,
  });
  sketch.piece(path`M84 28L112 20L114 58L86 66Z`, { fill: ribbon.dark, texture: false, shadow: false });
  sketch.line(path`M-206 56C-190 96 -100 110 0 110C100 110 190 96 206 56`, 4);
}

function drawSunHat(sketch: Sketch): void {
  sketch.ground(0, 112, 430, 44);
  sketch.piece(
    path`M-216 50C-220 0 -120 -20 0 -20C120 -20 220 0 216 50C210 70 180 84 150 92C90 116 60 100 0 112C-60 100 -90 116 -150 92C-180 84 -210 70 -216 50Z`,
    { shade: 'down' },
  );
  for (const r of [0.92, 0.82, 0.72])
    sketch.line(
      path`M${-210 * r} ${50 * r}C${-150 * r} ${112 * r} ${150 * r} ${112 * r} ${210 * r} ${50 * r}`,
      1.4,
    );
  sketch.piece(path`M-110 40C-112 -40 -84 -116 0 -116C84 -116 112 -40 110 40C60 66 -60 66 -110 40Z`);
  for (const y of [-80, -52, -24]) {
    const half = crossing(y, [
      [110, 40],
      [112, -40],
      [84, -116],
      [0, -116],
    ]);
    sketch.line(path`M${-half} ${y}C-40 ${y + 22} 40 ${y + 22} ${half} ${y}`, 1.3);
  }
  sketch.piece(path`M-110 2C-60 30 60 30 110 2L110 38C60 66 -60 66 -110 38Z`, {
    fill: sketch.accent.base,
    texture: false,
    shadow: false,
  });
  sketch.piece(
    path`M60 36C40 6 30 30 44 44C50 56 60 46 66 40C90 60 100 40 92 26C84 14 70 22 62 36C70 70 84 86 92 104L72 100C66 80 58 60 60 36Z`,
    { fill: sketch.accent.base, texture: false, shadow: false },
  );
}

function drawBucketHat(sketch: Sketch): void {
  sketch.ground(0, 110, 380, 34);
  sketch.piece(mirrored(path`M0 10C70 10 120 0 138 -8L188 76C192 92 150 112 0 112`), { shade: 'down' });
  for (const i of [0.25, 0.5, 0.75])
    sketch.stitch(
      path`M${-138 - 50 * i} ${-8 + 84 * i}C-100 ${28 + 84 * i} 100 ${28 + 84 * i} ${138 + 50 * i} ${-8 + 84 * i}`,
    );
  sketch.piece(mirrored(path`M0 -130C70 -130 104 -124 112 -112L138 -8C100 18 60 22 0 22`));
  sketch.fold(path`M-60 -126C-66 -80 -76 -30 -80 10M70 -126C74 -80 86 -30 88 6`, 1);
  sketch.stitch(path`M-112 -106C-70 -92 70 -92 112 -106M-136 -16C-80 12 80 12 136 -16`);
  for (const x of [-84, 84]) sketch.button(x, -52, 5, sketch.metal);
  if (sketch.pattern === 'printed') drawMotif(sketch, 0, -46, 70);
}

function drawBeanie(sketch: Sketch): void {
  const pom = sketch.random.chance(0.55);
  if (pom) {
    const fluff = sketch.random.chance(0.5) ? sketch.accent : sketch.main;
    for (let i = 0; i < 26; i++) {
      const angle = i * 2.4;
      const r = 6 + (i % 13) * 3;
      sketch.add(
        path`<circle cx="${Math.cos(angle) * r}" cy="${-186 + Math.sin(angle) * r}" r="15" fill="${i % 3 ? fluff.base : fluff.light}" stroke="${fluff.dark}" stroke-opacity=".5"/>`,
      );
    }
  }
  sketch.ground(0, 136, 330, 30);
  sketch.piece(mirrored(path`M0 -156C80 -156 136 -90 140 60L0 76`));
  for (let i = -6; i <= 6; i++)
    sketch.fold(path`M${i * 4} -150C${i * 16} -110 ${i * 21} -40 ${i * 21} 60`, 0.8);
  const cuff =
    sketch.pattern === 'colour block' || sketch.random.chance(0.3) ? sketch.accent.base : sketch.main.base;
  sketch.piece(mirrored(path`M0 50L140 40C148 40 150 48 150 60L148 116C148 126 140 130 130 130L0 138`), {
    fill: cuff,
    texture: false,
  });
  for (let x = -140; x <= 140; x += 11) sketch.line(path`M${x} 45L${x * 0.99} 132`, 1.8, sketch.main.line);
}

function drawBeret(sketch: Sketch): void {
  sketch.ground(0, 92, 360, 34);
  sketch.piece(
    path`M-188 10C-190 -70 -90 -112 10 -110C120 -108 196 -50 190 6C186 50 120 70 10 72C-90 74 -180 60 -188 10Z`,
  );
  sketch.fold(path`M-160 30C-80 64 80 66 160 24M-150 -20C-120 -60 -60 -80 0 -84`, 1.4);
  sketch.gloss(path`M-120 -56C-80 -84 -20 -92 30 -90`, 2);
  sketch.band(path`M8 -108C6 -122 10 -130 16 -138`, 9, sketch.main, { cap: 'round' });
  sketch.piece(path`M-120 62C-60 76 70 78 132 58L126 84C70 100 -60 98 -114 86Z`, {
    fill: sketch.main.dark,
    texture: false,
  });
}
