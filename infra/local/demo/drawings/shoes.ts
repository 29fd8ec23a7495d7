import { path } from '../paths.ts';
import type { Sketch } from '../sketch.ts';

/**
 * Shoes stand in profile, toe to the left, on the line y = 0; `pair` shows one before the other.
 * The far shoe is drawn first, smaller and higher.
 */
function pair(sketch: Sketch, drawOne: () => void, options: { lift?: number; low?: number; scale?: number; squash?: number; groundWidth?: number } = {}): void {
  const low = options.low ?? 84;
  const scale = options.scale ?? 1;
  const lift = options.lift ?? 74;
  const squash = options.squash ?? 1;
  const width = options.groundWidth ?? 400;
  sketch.ground(10, low + 2, width * scale * 1.06, 44);
  sketch.ground(34, low - lift + 2, width * scale * 0.98, 34);
  sketch.within(path`translate(28 ${low - lift}) scale(${(0.93 * scale).toFixed(2)} ${(0.93 * scale * squash).toFixed(2)})`, drawOne);
  sketch.within(path`translate(-8 ${low}) scale(${scale.toFixed(2)} ${(scale * squash).toFixed(2)})`, drawOne);
}

const FLAT = { shadow: false } as const;

export function drawSneakers(sketch: Sketch, cut: 'low' | 'high' | 'slip-on' = 'low'): void {
  const { pick, chance } = sketch.random;
  const soleFill = chance(0.8) ? '#f5f3ee' : pick(['#c99a68', '#2b2b2e', sketch.accent.base]);
  const soleLine = soleFill === '#2b2b2e' ? '#55555a' : '#b9b4aa';
  const mark = pick(['none', 'band', 'chevron', 'dot', 'wave'] as const);
  const cap = cut !== 'slip-on' && chance(0.5);
  const heelFill = chance(0.55) ? sketch.accent.base : sketch.main.dark;
  const laces = { ...sketch.accent, base: '#f7f5f0', line: '#a8a49c' };
  const rise = cut === 'high' ? 84 : 0;
  const drawOne = () => {
    const collar = path`L34 ${-170 - rise}C44 ${-164 - rise} 50 ${-152 - rise} 60 ${-148 - rise}C86 ${-138 - rise} 112 ${-142 - rise} 134 ${-160 - rise}L154 ${-168 - rise}C162 ${-130 - rise * 0.5} 160 -100 168 -40`;
    if (cut !== 'slip-on') {
      sketch.piece(path`M-40 -132C-14 ${-170 - rise} -4 ${-186 - rise} 8 ${-196 - rise}L46 ${-180 - rise}L30 -110Z`, { ...FLAT, fill: sketch.main.dark, texture: true });
    }
    sketch.piece(path`M52 ${-142 - rise}C80 ${-130 - rise} 112 ${-134 - rise} 140 ${-158 - rise}L132 ${-120 - rise}L60 ${-116 - rise}Z`, { ...FLAT, fill: sketch.main.deep, shade: 'none', texture: false });
    sketch.piece(path`M-174 -34C-180 -70 -146 -84 -106 -94C-76 -102 -46 -128 -20 ${-156 - rise * 0.9}${collar}Z`, { ...FLAT, shade: 'down' });
    sketch.gloss(path`M-150 -64C-120 -82 -90 -84 -64 -92`, 1.4);
    sketch.fold(path`M-60 -60C-54 -80 -66 -92 -60 -100M-38 -60C-36 -78 -46 -96 -40 -112`, 0.7);
    if (cap) {
      sketch.piece(path`M-174 -34C-180 -70 -150 -82 -116 -91C-104 -74 -102 -52 -104 -34Z`, { ...FLAT, fill: soleFill, line: soleLine, shade: 'down', texture: false });
      sketch.stitch(path`M-112 -88C-100 -72 -98 -52 -100 -36`);
    } else sketch.stitch(path`M-112 -92C-96 -76 -92 -52 -94 -36`);
    sketch.piece(path`M168 -40L160 -110C158 ${-130 - rise * 0.4} 158 -140 155 ${-162 - rise}L134 ${-156 - rise}C120 -120 110 -80 104 -36Z`, { ...FLAT, fill: heelFill, shade: 'left', texture: false });
    sketch.stitch(path`M128 ${-140 - rise}C116 -110 106 -76 100 -38`);
    if (mark === 'band') sketch.line(path`M-10 -40C4 -70 30 -90 92 -98`, 11, sketch.accent.base);
    if (mark === 'wave') sketch.line(path`M-34 -52C-6 -84 20 -40 48 -70C64 -86 84 -84 100 -84`, 9, sketch.accent.base);
    if (mark === 'chevron') sketch.line(path`M0 -44L28 -72L4 -104M34 -44L62 -72L38 -104`, 8, sketch.accent.base);
    if (mark === 'dot') sketch.button(50, -80, 17);
    if (cut === 'slip-on') {
      sketch.stitch(path`M-22 -152C-40 -116 -40 -76 -56 -38`);
      sketch.piece(path`M2 -160L44 -166L52 -146C40 -128 34 -112 26 -98C18 -112 8 -134 2 -160Z`, { ...FLAT, fill: sketch.accent.dark, shade: 'none', texture: false });
      for (let i = 0; i < 5; i++) sketch.line(path`M${10 + i * 8} ${-158 + Math.abs(i - 2)}L${20 + i * 3} ${-116 + Math.abs(i - 2) * 6}`, 1.4, sketch.accent.line);
    } else {
      sketch.piece(path`M-92 -97C-70 -104 -44 -128 -20 ${-156 - rise * 0.9}L34 ${-170 - rise}L52 ${-146 - rise}C36 ${-120 - rise} 10 ${-104 - rise * 0.6} -10 -90C-30 -76 -50 -72 -72 -78Z`, { ...FLAT, shade: 'down' });
      const rows = cut === 'high' ? 8 : 6;
      for (let i = 0; i < rows; i++) {
        const at = i / (rows - 1);
        const x = -78 + at * (86 + (cut === 'high' ? 10 : 0));
        const y = -92 - at * (70 + rise * 0.95) - Math.sin(at * 3.1) * -8;
        sketch.band(path`M${x - 8} ${y - 12}C${x + 4} ${y - 8} ${x + 14} ${y + 2} ${x + 24} ${y + 12}`, 5.4, laces, { cap: 'round', shadow: false });
      }
    }
    sketch.piece(path`M-180 -14C-186 -38 -170 -44 -140 -41L140 -44C168 -46 178 -36 176 -12Q175 0 164 0L-164 0Q-178 0 -180 -14Z`, { ...FLAT, fill: soleFill, line: soleLine, shade: 'down', texture: false });
    sketch.line(path`M-180 -14L176 -13`, 1.4, soleLine);
    if (cap) sketch.line(path`M-178 -27L177 -28`, 3, sketch.accent.base);
  };
  pair(sketch, drawOne, { low: 92 + rise * 0.5, lift: cut === 'high' ? 66 : 88, squash: cut === 'high' ? 0.9 : 0.8, scale: 1.06 });
}

export function drawRunningShoes(sketch: Sketch): void {
  const { pick } = sketch.random;
  const mid = pick(['#f8f7f4', '#f8f7f4', sketch.accent.base, '#e8e6e1']);
  const laces = { ...sketch.accent, base: pick(['#f7f5f0', sketch.accent.base]), line: '#8b877f' };
  const mark = pick(['ripples', 'zigzag', 'panel'] as const);
  pair(
    sketch,
    () => {
      sketch.piece(path`M56 -146C84 -132 110 -136 150 -172L136 -120L60 -118Z`, { ...FLAT, fill: sketch.main.deep, shade: 'none', texture: false });
      sketch.piece(path`M-36 -130C-14 -166 -2 -184 12 -200C26 -202 38 -196 50 -184L36 -110Z`, { ...FLAT, fill: sketch.accent.base, texture: false });
      sketch.piece(path`M-182 -44C-182 -68 -150 -86 -112 -96C-80 -106 -50 -128 -24 -156L32 -172C44 -158 56 -146 72 -142C100 -138 130 -160 148 -184C160 -188 170 -180 168 -164C162 -130 162 -90 170 -54Z`, { ...FLAT, shade: 'down' });
      sketch.gloss(path`M-150 -68C-120 -86 -90 -90 -64 -100`, 1.4);
      sketch.piece(path`M-184 -44C-186 -66 -160 -80 -136 -88C-132 -70 -116 -54 -92 -46Z`, { ...FLAT, fill: sketch.accent.base, shade: 'down', texture: false });
      sketch.piece(path`M170 -54C162 -90 162 -130 168 -160L146 -166C132 -130 116 -90 66 -54Z`, { ...FLAT, fill: sketch.main.dark, shade: 'left', texture: false });
      if (mark === 'ripples') for (let i = 0; i < 6; i++) sketch.line(path`M${-66 + i * 18} -56C${-40 + i * 18} -66 ${-14 + i * 16} -86 ${2 + i * 15} ${-116 - i * 4}`, 2.6, sketch.accent.base);
      if (mark === 'panel') sketch.piece(path`M-40 -56L30 -64L64 -140C44 -126 30 -110 6 -96C-14 -84 -30 -74 -40 -56Z`, { ...FLAT, fill: sketch.accent.base, shade: 'none', texture: false });
      if (mark === 'zigzag') sketch.line(path`M-40 -52L10 -112L40 -56L74 -116`, 9, sketch.accent.base);
      sketch.piece(path`M-98 -99C-74 -106 -48 -130 -24 -156L32 -172L48 -150C30 -124 8 -106 -12 -94C-34 -80 -56 -78 -78 -82Z`, { ...FLAT, fill: sketch.main.dark, shade: 'down', texture: false });
      for (let i = 0; i < 6; i++) {
        const [x, y] = [-80 + i * 17.5, -96 - i * 13];
        sketch.band(path`M${x - 8} ${y - 10}C${x + 4} ${y - 6} ${x + 12} ${y + 2} ${x + 22} ${y + 12}`, 5, laces, { cap: 'round', shadow: false });
      }
      sketch.line(path`M150 -176C160 -196 172 -190 168 -160`, 5, sketch.accent.base);
      sketch.piece(path`M-188 -34C-192 -50 -176 -54 -150 -50C-100 -42 -40 -50 20 -56C80 -62 140 -64 172 -62C190 -58 192 -34 178 -14C120 -8 -100 -8 -160 -10C-178 -14 -186 -22 -188 -34Z`, { ...FLAT, fill: mid, line: '#b4afa6', shade: 'down', texture: false });
      sketch.line(path`M-150 -32C-80 -24 20 -36 90 -42C120 -44 150 -42 176 -40`, 3, sketch.accent.base);
      sketch.fold(path`M40 -50C70 -30 110 -26 176 -28`, 1.2);
      sketch.piece(path`M-178 -16C-120 -6 120 -8 176 -14L164 0L-150 0C-164 -2 -172 -8 -178 -16Z`, { ...FLAT, fill: sketch.main.luminance < 0.1 ? '#3a3a3e' : sketch.main.deep, shade: 'none', texture: false });
      sketch.add(path`<path d="M-150 0H160" stroke="#fff" stroke-opacity=".5" stroke-width="4" stroke-dasharray="10 8"/>`);
    },
    { low: 92, lift: 90, squash: 0.82, scale: 1.02 },
  );
}

export function drawHeels(sketch: Sketch, style: 'stiletto' | 'block' | 'strap' | 'wedge' = 'stiletto'): void {
  const bow = sketch.random.chance(0.2);
  pair(
    sketch,
    () => {
      const heelFill = style === 'wedge' ? '#c59c6c' : sketch.main.dark;
      if (style === 'stiletto' || style === 'strap') sketch.piece(path`M104 -112C128 -104 142 -70 146 0L158 0C158 -60 168 -96 168 -126Z`, { ...FLAT, fill: heelFill, texture: false });
      if (style === 'block') sketch.piece(path`M98 -110C108 -80 112 -40 112 0L164 0C162 -50 166 -90 168 -126Z`, { ...FLAT, fill: heelFill, texture: false });
      if (style === 'wedge') {
        sketch.piece(path`M-176 -12C-120 -10 -60 -22 -20 -42C40 -72 80 -104 168 -122C172 -80 164 -40 160 0L-160 0Q-174 0 -176 -12Z`, { ...FLAT, fill: heelFill, texture: false });
        for (const y of [-12, -24, -36, -48, -62, -78]) sketch.line(path`M${-150 - y * 2.6} ${y}L164 ${y}`, 1.6, '#9a7446');
      }
      sketch.piece(path`M-92 -66C-60 -86 0 -94 60 -142C90 -166 130 -192 150 -198L158 -150C110 -130 70 -86 30 -52L-40 -36L-84 -52Z`, { ...FLAT, fill: '#d9c2a4', shade: 'down', texture: false, line: sketch.main.line });
      const throat = style === 'strap' ? path`C-74 -62 -50 -46 -30 -44C0 -46 20 -66 44 -88C84 -124 112 -156 128 -190L152 -200` : path`C-72 -50 -36 -42 -2 -62C50 -96 90 -156 150 -200`;
      sketch.piece(path`M-182 -10C-188 -26 -168 -42 -138 -52C-120 -58 -106 -64 -92 -70${throat}C170 -192 176 -160 168 -122L104 -112C44 -84 -14 -10 -66 -6L-150 -2Q-176 0 -182 -10Z`, { ...FLAT, shade: 'left' });
      sketch.line(path`M-180 -8C-140 -2 -100 -3 -66 -6C-14 -10 44 -84 104 -112L168 -124`, 4, sketch.main.deep);
      sketch.gloss(path`M-158 -34C-130 -46 -110 -52 -90 -54`, 2);
      sketch.gloss(path`M148 -180C158 -160 158 -146 154 -130`, 1.6);
      if (style === 'strap') {
        sketch.band(path`M146 -196C120 -214 80 -218 58 -204C46 -194 60 -184 80 -184C110 -184 136 -186 154 -190`, 8, sketch.main, { shadow: false });
        sketch.button(62, -196, 5, sketch.metal);
      }
      if (bow) sketch.piece(path`M-92 -68C-112 -92 -132 -82 -124 -68C-118 -56 -104 -60 -92 -66C-78 -84 -58 -84 -60 -68C-64 -54 -82 -58 -92 -66Z`, { ...FLAT, fill: sketch.main.light, texture: false });
    },
    { low: 112, lift: 88 },
  );
}

export function drawBoots(sketch: Sketch, style: 'chelsea' | 'lace-up' | 'knee-high' | 'heeled' = 'chelsea'): void {
  const tall = style === 'knee-high';
  const top = tall ? -400 : style === 'lace-up' ? -284 : -252;
  const heeled = style === 'heeled' || (tall && sketch.random.chance(0.6));
  const lift = heeled ? 46 : 22;
  const sole = sketch.random.pick(['#3b2b20', '#232226', '#8b6a46']);
  pair(
    sketch,
    () => {
      const base = -lift;
      if (heeled) {
        sketch.piece(path`M40 ${base - 10}C52 -30 54 -14 54 0L104 0C102 -20 106 ${base} 108 ${base - 14}Z`, { ...FLAT, fill: sole, texture: false });
        sketch.piece(path`M-174 -12C-120 -14 -60 -16 -10 ${base - 2}L44 ${base - 10}L44 ${base + 4}C0 ${base + 10} -60 -4 -110 0L-160 0Q-174 -2 -174 -12Z`, { ...FLAT, fill: sole, texture: false });
      } else {
        sketch.piece(path`M-176 -18L110 -22L110 0L24 0L18 -6L-10 -6L-16 0L-162 0Q-176 -4 -176 -18Z`, { ...FLAT, fill: sole, texture: false });
        if (style === 'lace-up') sketch.add(path`<path d="M-158 0H-20M28 0H104" stroke="#000" stroke-opacity=".5" stroke-width="5" stroke-dasharray="12 7"/>`);
      }
      const toe = heeled ? path`M-174 -12C-180 -40 -140 -66 -102 -80` : path`M-172 -20C-178 -60 -140 -80 -100 -90`;
      const under = heeled ? path`L108 ${base - 12}L40 ${base - 8}C-10 ${base + 2} -60 -14 -174 -12Z` : path`L106 -22Z`;
      const front = tall ? path`C-62 -104 -34 -140 -28 -190C-26 -250 -40 -320 -44 ${top}` : path`C-62 -102 -36 -130 -30 -170L-36 ${top}`;
      const back = tall ? path`L96 ${top - 6}C98 -330 92 -250 90 -190C90 -150 108 -120 110 -70` : path`L88 ${top - 6}C84 -200 92 -160 104 -120C112 -90 110 -60 108 -34`;
      sketch.piece(path`M-40 ${top + 2}C0 ${top - 14} 60 ${top - 16} ${tall ? 96 : 88} ${top - 5}L${tall ? 94 : 86} ${top + 14}L-38 ${top + 18}Z`, { ...FLAT, fill: sketch.main.deep, shade: 'none', texture: false });
      sketch.piece(`${toe}${front}${path`C0 ${top + 12} 50 ${top + 10}`} ${tall ? 96 : 88} ${top - 6}${back}${under}`, { ...FLAT, shade: 'across' });
      sketch.gloss(path`M-140 -54C-116 -68 -100 -74 -80 -78`, 1.8);
      sketch.gloss(path`M-6 ${top + 40}C-8 ${top + 90} -4 -150 -12 -120`, 1.6);
      sketch.fold(path`M-28 -150C0 -140 40 -130 70 -142M-30 -120C0 -110 50 -104 84 -116M-60 -96C-30 -92 0 -80 30 -84`, 1);
      if (style === 'chelsea') {
        sketch.piece(path`M14 ${top + 6}L62 ${top + 4}L52 -136C46 -124 34 -124 28 -136Z`, { ...FLAT, fill: sketch.main.deep, shade: 'none', texture: false });
        for (let x = 22; x < 58; x += 6) sketch.line(path`M${x} ${top + 12}L${34 + (x - 22) * 0.4} -136`, 1.3, sketch.main.line);
        sketch.band(path`M80 ${top + 10}C72 ${top - 18} 90 ${top - 26} 92 ${top}`, 6, sketch.main, { shadow: false });
      }
      if (style === 'lace-up') {
        sketch.piece(path`M-92 -94C-62 -102 -38 -130 -32 -170L-36 ${top}L2 ${top + 6}C6 -200 -6 -150 -30 -120C-44 -102 -66 -88 -84 -80Z`, { ...FLAT, shade: 'down' });
        for (let i = 0; i < 8; i++) {
          const at = i / 7;
          const x = at < 0.35 ? -72 + at * 120 : -30;
          const y = at < 0.35 ? -98 - at * 110 : -136 - (at - 0.35) * 200;
          sketch.band(path`M${x - 6} ${y - 6}L${x + 24} ${y + 6}`, 4.6, { ...sketch.accent, base: '#d8c3a0', line: '#6b5537' }, { cap: 'round', shadow: false });
          sketch.button(x + 26, y + 7, 3, sketch.metal);
        }
        sketch.stitch(path`M-160 -28L100 -30`, '#d8b26a');
      }
      if (tall || style === 'heeled') sketch.line(path`M66 ${top + 20}C66 -200 72 -140 70 ${base - 20}`, 2.2, sketch.metal.dark);
    },
    { low: tall ? 214 : 148, lift: tall ? 40 : 60, scale: tall ? 1 : 1.12, groundWidth: 330 },
  );
}

export function drawFormalShoes(sketch: Sketch, style: 'lace' | 'loafer' = 'lace'): void {
  const sole = '#2c2019';
  pair(
    sketch,
    () => {
      sketch.piece(path`M-190 -12L104 -16L106 -24L166 -24L164 0L106 0L102 -8C0 -6 -60 -4 -120 0L-176 0Q-190 -2 -190 -12Z`, { ...FLAT, fill: sole, texture: false });
      sketch.piece(path`M20 -124C60 -104 110 -106 146 -134L140 -96L30 -92Z`, { ...FLAT, fill: '#c9a77b', shade: 'down', texture: false });
      const tongue = style === 'lace' ? path`C-30 -118 -10 -140 8 -152L34 -140C50 -120 70 -110 90 -112C112 -114 134 -126 148 -138` : path`C-40 -106 -26 -122 -14 -130L20 -112C50 -96 90 -100 150 -136`;
      sketch.piece(path`M-188 -14C-192 -44 -150 -66 -106 -78C-84 -84 -62 -92 -52 -100${tongue}C166 -134 164 -80 166 -24L104 -18Z`, { ...FLAT, shade: 'left' });
      sketch.gloss(path`M-168 -36C-146 -52 -122 -60 -96 -66`, 2.4);
      sketch.gloss(path`M146 -120C152 -90 152 -70 150 -50`, 1.4);
      if (style === 'lace') {
        sketch.stitch(path`M-118 -74C-100 -58 -96 -40 -98 -18M-108 -77C-90 -60 -86 -40 -88 -18`);
        sketch.piece(path`M-56 -98C-32 -116 -12 -140 8 -152L36 -138C36 -110 20 -86 -6 -70C-26 -70 -44 -80 -56 -98Z`, { ...FLAT, shade: 'down' });
        for (let i = 0; i < 4; i++) sketch.band(path`M${-38 + i * 14} ${-104 - i * 11}L${-14 + i * 13} ${-90 - i * 11}`, 4, { ...sketch.main, base: sketch.main.deep }, { cap: 'round', shadow: false });
        sketch.stitch(path`M34 -128C34 -104 44 -60 60 -20`);
      } else {
        sketch.line(path`M-150 -64C-110 -62 -80 -72 -48 -96`, 2.4);
        sketch.fold(path`M-150 -60C-110 -56 -80 -66 -44 -92`, 1.2);
        sketch.piece(path`M-66 -88C-46 -106 -24 -122 -10 -128L20 -112C8 -86 0 -56 -4 -20L-56 -20C-54 -44 -58 -70 -66 -88Z`, { ...FLAT, fill: sketch.main.light, texture: false, shade: 'down' });
        sketch.line(path`M-44 -82C-28 -92 -14 -100 2 -104`, 5, sketch.main.deep);
        sketch.stitch(path`M-58 -82C-50 -64 -48 -44 -50 -22M14 -108C2 -84 -6 -54 -10 -22`);
      }
    },
    { low: 88, lift: 88, squash: 0.92, scale: 1.04 },
  );
}
