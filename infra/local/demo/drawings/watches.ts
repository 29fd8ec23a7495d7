import { mix, tonesOf } from '../colours.ts';
import { box, oval, path, short } from '../paths.ts';
import type { Sketch } from '../sketch.ts';

/** Metal brings its own light. */
const PLAIN = { texture: false, shade: 'none' } as const;

export interface WatchCut {
  face: 'round' | 'square';
  strap: 'leather' | 'metal' | 'rubber' | 'digital';
}

/** The strap has the product's colour when it is of leather or rubber; a metal watch has it all over. */
export function drawWatch(sketch: Sketch, cut: WatchCut): void {
  const { chance, pick } = sketch.random;
  const r = sketch.random.between(92, 106);
  const metal = cut.strap === 'metal' ? sketch.main : sketch.metal;
  const width = cut.strap === 'metal' ? 58 : 52;
  for (const up of [true, false]) {
    const [from, to] = up ? [-r * 0.7, -262] : [r * 0.7, 262];
    sketch.piece(
      path`M${-width} ${from}C${-width + 4} ${(from + to) / 2} ${-width + 12} ${to * 0.8} ${-width + 14} ${to}L${width - 14} ${to}C${width - 12} ${to * 0.8} ${width - 4} ${(from + to) / 2} ${width} ${from}Z`,
      cut.strap === 'metal' ? { fill: sketch.sheen(sketch.main), texture: false } : {},
    );
    if (cut.strap === 'metal') drawLinks(sketch, from, to, width);
    else if (cut.strap === 'leather')
      sketch.stitch(
        path`M${-width + 9} ${from}C${-width + 12} ${(from + to) / 2} ${-width + 19} ${to * 0.8} ${-width + 21} ${to}M${width - 9} ${from}C${width - 12} ${(from + to) / 2} ${width - 19} ${to * 0.8} ${width - 21} ${to}`,
        sketch.main.pale,
      );
    else
      for (const y of [0.62, 0.72, 0.82])
        sketch.line(path`M${-width + 22} ${to * y}L${width - 22} ${to * y}`, 5, sketch.main.deep);
    if (!up && cut.strap !== 'metal')
      for (const y of [0.66, 0.76, 0.86, 0.95])
        sketch.add(path`<ellipse cx="0" cy="${to * y}" rx="3.6" ry="4.6" fill="${sketch.main.deep}"/>`);
  }
  const dialFill =
    cut.strap === 'digital'
      ? '#14161b'
      : pick(['#f8f7f3', '#f8f7f3', '#1d2026', mix(sketch.main.base, '#101018', 0.35), '#e9e4d8']);
  const dial = tonesOf(dialFill);
  const mark = dial.luminance < 0.3 ? '#f2efe8' : '#26242a';
  const square = cut.face === 'square';
  const shape = (size: number) =>
    square ? box(-size * 0.86, -size, size * 1.72, size * 2, size * 0.3) : oval(0, 0, size);
  const body = cut.strap === 'rubber' || cut.strap === 'digital' ? tonesOf('#2a2b30') : metal;
  sketch.piece(box(r * (square ? 0.84 : 0.96), -13, 18, 26, 5), {
    fill: sketch.sheen(body, 'down'),
    line: body.deep,
    shade: 'none',
    texture: false,
  });
  sketch.piece(shape(r + 6), { fill: sketch.sheen(body, 'slant'), line: body.deep, ...PLAIN });
  sketch.piece(shape(r - 6), {
    fill: dialFill,
    line: body.deep,
    shade: 'down',
    texture: false,
    shadow: false,
  });
  if (cut.strap === 'digital') drawDigits(sketch, r);
  else {
    const ticks = Array.from({ length: 12 }, (_, hour) => {
      const angle = (hour / 12) * Math.PI * 2;
      const reach = square
        ? Math.min(1 / Math.max(Math.abs(Math.sin(angle)) / 0.84, Math.abs(Math.cos(angle))), 1.25)
        : 1;
      const [inner, outer] = [(r - (hour % 3 ? 26 : 32)) * reach, (r - 16) * reach];
      return path`M${Math.sin(angle) * inner} ${-Math.cos(angle) * inner}L${Math.sin(angle) * outer} ${-Math.cos(angle) * outer}`;
    });
    sketch.line(ticks.join(''), 4, mark);
    if (chance(0.35) && !square)
      for (const [x, y] of [
        [-30, 0],
        [30, 0],
        [0, 34],
      ] as const)
        sketch.add(
          `<circle cx="${x}" cy="${y}" r="17" fill="${dial.dark}" fill-opacity=".5" stroke="${mark}" stroke-width="1.4"/><path d="M${x} ${y}l5 -10" stroke="${mark}" stroke-width="2"/>`,
        );
    const angle = sketch.random.between(-0.5, 0.4);
    sketch.add(
      path`<path d="M0 8L${Math.sin(angle - 0.9) * r * 0.5} ${-Math.cos(angle - 0.9) * r * 0.5}" stroke="${mark}" stroke-width="6.4" stroke-linecap="round"/><path d="M0 10L${Math.sin(angle + 0.9) * r * 0.72} ${-Math.cos(angle + 0.9) * r * 0.72}" stroke="${mark}" stroke-width="4.4" stroke-linecap="round"/><path d="M-6 ${r * 0.2}L10 ${-r * 0.62}" stroke="${sketch.accent.base}" stroke-width="2"/><circle r="6" fill="${mark}"/><circle r="2.4" fill="${metal.base}"/>`,
    );
    if (chance(0.4) && !square)
      sketch.add(`<path d="M${short(r * 0.42)} 16h22v16h-22Z" fill="#fff" stroke="${mark}"/>`);
  }
  sketch.add(
    path`<path d="M${-r * 0.62} ${-r * 0.3}C${-r * 0.5} ${-r * 0.66} ${-r * 0.1} ${-r * 0.8} ${r * 0.2} ${-r * 0.76}C${-r * 0.2} ${-r * 0.6} ${-r * 0.44} ${-r * 0.3} ${-r * 0.5} ${r * 0.1}Z" fill="#fff" fill-opacity=".16"/>`,
  );
}

function drawLinks(sketch: Sketch, from: number, to: number, width: number): void {
  const step = to > from ? 17 : -17;
  for (let y = from; Math.abs(y) < Math.abs(to) - 6; y += step) {
    const w = width - 14 * ((y - from) / (to - from)) - 2;
    sketch.line(path`M${-w} ${y}L${w} ${y}`, 2, sketch.main.deep);
    sketch.line(
      path`M${-w * 0.42} ${y}L${-w * 0.42} ${y + step}M${w * 0.42} ${y}L${w * 0.42} ${y + step}`,
      1.6,
      sketch.main.dark,
    );
    sketch.line(path`M${-w} ${y + step * 0.35}L${w} ${y + step * 0.35}`, 2.4, sketch.main.pale);
  }
}

/** Seven-segment digits: no font is the same on every machine. */
function drawDigits(sketch: Sketch, r: number): void {
  const segments: Record<string, string> = {
    0: 'abcdef',
    1: 'bc',
    2: 'abged',
    3: 'abgcd',
    5: 'afgcd',
    8: 'abcdefg',
  };
  const strokes: Record<string, string> = {
    a: 'M2 0L18 0',
    b: 'M20 2L20 20',
    c: 'M20 24L20 42',
    d: 'M2 44L18 44',
    e: 'M0 24L0 42',
    f: 'M0 2L0 20',
    g: 'M2 22L18 22',
  };
  const scale = +(r / 92).toFixed(2);
  const glow = sketch.accent.luminance > 0.2 ? sketch.accent.pale : '#bfe8d0';
  const digits = ['1', '0', '2', '8'].map((digit, i) => {
    const x = [-64, -33, 10, 41][i];
    return `<path transform="translate(${x} -24)" d="${[...segments[digit]!].map((s) => strokes[s]).join('')}"/>`;
  });
  sketch.add(
    `<g transform="scale(${scale})" fill="none" stroke="${glow}" stroke-width="5" stroke-linecap="round">${digits.join('')}<path d="M-3 -12h.1M-3 10h.1"/><path d="M-40 40H40" stroke-opacity=".4" stroke-width="6"/><path d="M-40 40H6" stroke="${sketch.accent.base}" stroke-width="6"/></g>`,
  );
}
