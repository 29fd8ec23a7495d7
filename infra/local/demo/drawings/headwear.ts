import { flipped, mirrored, path } from '../paths.ts';
import type { Sketch } from '../sketch.ts';
import { drawMotif } from './motifs.ts';

export function drawHat(sketch: Sketch, style: 'fedora' | 'sun' | 'bucket' | 'beanie' | 'beret' = 'fedora'): void {
  ({ fedora: drawFedora, sun: drawSunHat, bucket: drawBucketHat, beanie: drawBeanie, beret: drawBeret })[style](sketch);
}

function drawFedora(sketch: Sketch): void {
  const ribbon = sketch.accent;
  sketch.ground(0, 104, 420, 40);
  sketch.piece(path`M-206 56C-196 26 -120 14 0 14C120 14 196 26 206 56C190 96 100 110 0 110C-100 110 -190 96 -206 56Z`, { shade: 'down' });
  sketch.fold(path`M-186 62C-120 96 120 96 186 62`, 1.4);
  sketch.piece(path`M-116 56C-118 -10 -104 -92 -76 -124C-52 -146 -22 -136 0 -122C22 -136 52 -146 76 -124C104 -92 118 -10 116 56C70 78 -70 78 -116 56Z`);
  sketch.fold(path`M0 -120C-4 -90 -10 -70 -26 -50M-62 -110C-40 -96 -30 -80 -30 -60M62 -110C44 -96 36 -80 36 -60`, 1.8);
  sketch.piece(path`M-116 22C-60 44 60 44 116 22L116 56C70 78 -70 78 -116 56Z`, { fill: ribbon.base, texture: false, shadow: false });
  sketch.piece(path`M84 28L112 20L114 58L86 66Z`, { fill: ribbon.dark, texture: false, shadow: false });
  sketch.line(path`M-206 56C-190 96 -100 110 0 110C100 110 190 96 206 56`, 4);
}

function drawSunHat(sketch: Sketch): void {
  sketch.ground(0, 112, 430, 44);
  sketch.piece(path`M-216 50C-220 0 -120 -20 0 -20C120 -20 220 0 216 50C210 70 180 84 150 92C90 116 60 100 0 112C-60 100 -90 116 -150 92C-180 84 -210 70 -216 50Z`, { shade: 'down' });
  for (const r of [0.92, 0.82, 0.72]) sketch.line(path`M${-210 * r} ${50 * r}C${-150 * r} ${112 * r} ${150 * r} ${112 * r} ${210 * r} ${50 * r}`, 1.4);
  sketch.piece(path`M-110 40C-112 -40 -84 -116 0 -116C84 -116 112 -40 110 40C60 66 -60 66 -110 40Z`);
  for (const y of [-80, -52, -24]) sketch.line(path`M${-96 - (y + 80) * 0.2} ${y}C-40 ${y + 22} 40 ${y + 22} ${96 + (y + 80) * 0.2} ${y}`, 1.3);
  sketch.piece(path`M-110 2C-60 30 60 30 110 2L110 38C60 66 -60 66 -110 38Z`, { fill: sketch.accent.base, texture: false, shadow: false });
  sketch.piece(path`M60 36C40 6 30 30 44 44C50 56 60 46 66 40C90 60 100 40 92 26C84 14 70 22 62 36C70 70 84 86 92 104L72 100C66 80 58 60 60 36Z`, { fill: sketch.accent.base, texture: false, shadow: false });
}

function drawBucketHat(sketch: Sketch): void {
  sketch.ground(0, 110, 380, 34);
  sketch.piece(mirrored(path`M0 10C70 10 120 0 138 -8L188 76C192 92 150 112 0 112`), { shade: 'down' });
  for (const i of [0.25, 0.5, 0.75]) sketch.stitch(path`M${-138 - 50 * i} ${-8 + 84 * i}C-100 ${28 + 84 * i} 100 ${28 + 84 * i} ${138 + 50 * i} ${-8 + 84 * i}`);
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
      sketch.add(path`<circle cx="${Math.cos(angle) * r}" cy="${-186 + Math.sin(angle) * r}" r="15" fill="${i % 3 ? fluff.base : fluff.light}" stroke="${fluff.dark}" stroke-opacity=".5"/>`);
    }
  }
  sketch.ground(0, 136, 330, 30);
  sketch.piece(mirrored(path`M0 -156C80 -156 136 -90 140 60L0 76`));
  for (let i = -6; i <= 6; i++) sketch.fold(path`M${i * 4} -150C${i * 16} -110 ${i * 21} -40 ${i * 21} 60`, 0.8);
  const cuff = sketch.pattern === 'colour block' || sketch.random.chance(0.3) ? sketch.accent.base : sketch.main.base;
  sketch.piece(mirrored(path`M0 50L140 40C148 40 150 48 150 60L148 116C148 126 140 130 130 130L0 138`), { fill: cuff, texture: false });
  for (let x = -140; x <= 140; x += 11) sketch.line(path`M${x} 45L${x * 0.99} 132`, 1.8, sketch.main.line);
}

function drawBeret(sketch: Sketch): void {
  sketch.ground(0, 92, 360, 34);
  sketch.piece(path`M-188 10C-190 -70 -90 -112 10 -110C120 -108 196 -50 190 6C186 50 120 70 10 72C-90 74 -180 60 -188 10Z`);
  sketch.fold(path`M-160 30C-80 64 80 66 160 24M-150 -20C-120 -60 -60 -80 0 -84`, 1.4);
  sketch.gloss(path`M-120 -56C-80 -84 -20 -92 30 -90`, 2);
  sketch.band(path`M8 -108C6 -122 10 -130 16 -138`, 9, sketch.main, { cap: 'round' });
  sketch.piece(path`M-120 62C-60 76 70 78 132 58L126 84C70 100 -60 98 -114 86Z`, { fill: sketch.main.dark, texture: false });
}

export function drawCap(sketch: Sketch, style: 'front' | 'side' = 'side'): void {
  const brim = sketch.random.chance(0.35) ? sketch.accent : sketch.main;
  const mesh = sketch.random.chance(0.25);
  if (style === 'front') {
    sketch.ground(0, 118, 330, 30);
    sketch.piece(mirrored(path`M0 -140C80 -140 140 -80 146 30C110 52 60 60 0 60`));
    for (const side of [(d: string) => d, flipped]) {
      sketch.line(side(path`M2 -138C50 -100 66 -30 68 50`), 1.6);
      sketch.stitch(side(path`M0 -134C44 -98 60 -30 62 50M10 -138C58 -100 74 -30 75 50`));
      sketch.add(path`<circle cx="${side === flipped ? -100 : 100}" cy="-50" r="5" fill="${sketch.main.deep}"/>`);
    }
    sketch.piece(mirrored(path`M0 26C70 26 120 32 148 44C160 80 150 108 120 116C90 92 40 86 0 86`), { fill: brim.base, shade: 'down', texture: true });
    for (const i of [12, 24, 36]) sketch.stitch(path`M${-140 + i * 0.3} ${44 + i}C-80 ${26 + i} 80 ${26 + i} ${140 - i * 0.3} ${44 + i}`);
    drawMotif(sketch, 0, -44, 64);
  } else {
    sketch.ground(-20, 92, 400, 30);
    if (mesh) sketch.piece(path`M10 -134C90 -130 150 -70 154 64L30 74Z`, { fill: '#f3f1ec', line: '#c2beb6' });
    sketch.piece(path`M-108 56C-110 -60 -60 -134 20 -136C104 -136 152 -70 154 64C80 84 -40 82 -108 56Z`);
    sketch.line(path`M18 -136C-10 -90 -18 -20 -14 72M18 -136C70 -90 90 -10 88 76`, 1.6);
    sketch.stitch(path`M12 -134C-16 -88 -24 -20 -20 70M26 -134C78 -90 97 -10 95 74`);
    sketch.button(19, -138, 9, sketch.main);
    for (const [x, y] of [[-52, -50], [44, -60], [112, -40]] as const) sketch.add(`<circle cx="${x}" cy="${y}" r="4.6" fill="${sketch.main.deep}"/>`);
    sketch.fold(path`M-104 40C-40 66 80 70 152 48`, 1.2);
    sketch.piece(path`M-110 36C-60 56 -20 66 10 70C-20 88 -90 96 -150 92C-190 90 -222 78 -216 66C-196 40 -140 26 -110 36Z`, { fill: brim.base, shade: 'down', texture: true });
    sketch.stitch(path`M-196 70C-150 46 -100 52 -30 76M-176 78C-140 60 -100 64 -50 82`);
    if (sketch.random.chance(0.6)) drawMotif(sketch, -48, -14, 50);
  }
}
