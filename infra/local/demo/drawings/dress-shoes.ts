import { path } from '../paths.ts';
import type { Sketch } from '../sketch.ts';
import { FLAT, pair } from './shoe-pairs.ts';

export function drawHeels(
  sketch: Sketch,
  style: 'stiletto' | 'block' | 'strap' | 'wedge' = 'stiletto',
): void {
  const bow = sketch.random.chance(0.2);
  pair(
    sketch,
    () => {
      const heelFill = style === 'wedge' ? '#c59c6c' : sketch.main.dark;
      if (style === 'stiletto' || style === 'strap')
        sketch.piece(path`M104 -112C128 -104 142 -70 146 0L158 0C158 -60 168 -96 168 -126Z`, {
          ...FLAT,
          fill: heelFill,
          texture: false,
        });
      if (style === 'block')
        sketch.piece(path`M98 -110C108 -80 112 -40 112 0L164 0C162 -50 166 -90 168 -126Z`, {
          ...FLAT,
          fill: heelFill,
          texture: false,
        });
      if (style === 'wedge') {
        sketch.piece(
          path`M-176 -12C-120 -10 -60 -22 -20 -42C40 -72 80 -104 168 -122C172 -80 164 -40 160 0L-160 0Q-174 0 -176 -12Z`,
          { ...FLAT, fill: heelFill, texture: false },
        );
        for (const y of [-12, -24, -36, -48, -62, -78])
          sketch.line(path`M${-150 - y * 2.6} ${y}L164 ${y}`, 1.6, '#9a7446');
      }
      sketch.piece(
        path`M-92 -66C-60 -86 0 -94 60 -142C90 -166 130 -192 150 -198L158 -150C110 -130 70 -86 30 -52L-40 -36L-84 -52Z`,
        { ...FLAT, fill: '#d9c2a4', shade: 'down', texture: false, line: sketch.main.line },
      );
      const throat =
        style === 'strap'
          ? path`C-74 -62 -50 -46 -30 -44C0 -46 20 -66 44 -88C84 -124 112 -156 128 -190L152 -200`
          : path`C-72 -50 -36 -42 -2 -62C50 -96 90 -156 150 -200`;
      sketch.piece(
        path`M-182 -10C-188 -26 -168 -42 -138 -52C-120 -58 -106 -64 -92 -70${throat}C170 -192 176 -160 168 -122L104 -112C44 -84 -14 -10 -66 -6L-150 -2Q-176 0 -182 -10Z`,
        { ...FLAT, shade: 'left' },
      );
      sketch.line(
        path`M-180 -8C-140 -2 -100 -3 -66 -6C-14 -10 44 -84 104 -112L168 -124`,
        4,
        sketch.main.deep,
      );
      sketch.gloss(path`M-158 -34C-130 -46 -110 -52 -90 -54`, 2);
      sketch.gloss(path`M148 -180C158 -160 158 -146 154 -130`, 1.6);
      if (style === 'strap') {
        sketch.band(
          path`M146 -196C120 -214 80 -218 58 -204C46 -194 60 -184 80 -184C110 -184 136 -186 154 -190`,
          8,
          sketch.main,
          { shadow: false },
        );
        sketch.button(62, -196, 5, sketch.metal);
      }
      if (bow)
        sketch.piece(
          path`M-92 -68C-112 -92 -132 -82 -124 -68C-118 -56 -104 -60 -92 -66C-78 -84 -58 -84 -60 -68C-64 -54 -82 -58 -92 -66Z`,
          { ...FLAT, fill: sketch.main.light, texture: false },
        );
    },
    { low: 112, lift: 88 },
  );
}

export function drawFormalShoes(sketch: Sketch, style: 'lace' | 'loafer' = 'lace'): void {
  const sole = '#2c2019';
  pair(
    sketch,
    () => {
      sketch.piece(
        path`M-190 -12L104 -16L106 -24L166 -24L164 0L106 0L102 -8C0 -6 -60 -4 -120 0L-176 0Q-190 -2 -190 -12Z`,
        { ...FLAT, fill: sole, texture: false },
      );
      sketch.piece(path`M20 -124C60 -104 110 -106 146 -134L140 -96L30 -92Z`, {
        ...FLAT,
        fill: '#c9a77b',
        shade: 'down',
        texture: false,
      });
      const tongue =
        style === 'lace'
          ? path`C-30 -118 -10 -140 8 -152L34 -140C50 -120 70 -110 90 -112C112 -114 134 -126 148 -138`
          : path`C-40 -106 -26 -122 -14 -130L20 -112C50 -96 90 -100 150 -136`;
      sketch.piece(
        path`M-188 -14C-192 -44 -150 -66 -106 -78C-84 -84 -62 -92 -52 -100${tongue}C166 -134 164 -80 166 -24L104 -18Z`,
        { ...FLAT, shade: 'left' },
      );
      sketch.gloss(path`M-168 -36C-146 -52 -122 -60 -96 -66`, 2.4);
      sketch.gloss(path`M146 -120C152 -90 152 -70 150 -50`, 1.4);
      if (style === 'lace') {
        sketch.stitch(path`M-118 -74C-100 -58 -96 -40 -98 -18M-108 -77C-90 -60 -86 -40 -88 -18`);
        sketch.piece(
          path`M-56 -98C-32 -116 -12 -140 8 -152L36 -138C36 -110 20 -86 -6 -70C-26 -70 -44 -80 -56 -98Z`,
          { ...FLAT, shade: 'down' },
        );
        for (let i = 0; i < 4; i++)
          sketch.band(
            path`M${-38 + i * 14} ${-104 - i * 11}L${-14 + i * 13} ${-90 - i * 11}`,
            4,
            { ...sketch.main, base: sketch.main.deep },
            { cap: 'round', shadow: false },
          );
        sketch.stitch(path`M34 -128C34 -104 44 -60 60 -20`);
      } else {
        sketch.line(path`M-150 -64C-110 -62 -80 -72 -48 -96`, 2.4);
        sketch.fold(path`M-150 -60C-110 -56 -80 -66 -44 -92`, 1.2);
        sketch.piece(
          path`M-66 -88C-46 -106 -24 -122 -10 -128L20 -112C8 -86 0 -56 -4 -20L-56 -20C-54 -44 -58 -70 -66 -88Z`,
          { ...FLAT, fill: sketch.main.light, texture: false, shade: 'down' },
        );
        sketch.line(path`M-44 -82C-28 -92 -14 -100 2 -104`, 5, sketch.main.deep);
        sketch.stitch(path`M-58 -82C-50 -64 -48 -44 -50 -22M14 -108C2 -84 -6 -54 -10 -22`);
      }
    },
    { low: 88, lift: 88, squash: 0.92, scale: 1.04 },
  );
}
