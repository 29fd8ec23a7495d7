/** Path data for drawings whose middle is x = 0: only absolute M, L, C, Q and Z, so that it can be mirrored. */

/** Writes path data with one decimal, so that drawings stay small and the same on every machine. */
export function path(strings: TemplateStringsArray, ...values: (number | string)[]): string {
  return String.raw(
    { raw: strings },
    ...values.map((value) => (typeof value === 'number' ? short(value) : value)),
  );
}

export function short(value: number): string {
  const rounded = Math.round(value * 10) / 10;
  return Object.is(rounded, -0) ? '0' : String(rounded);
}

/** The right half of an outline, drawn from its top on the middle line to its bottom, made whole. */
export function mirrored(half: string): string {
  const steps = stepsOf(half);
  const back: string[] = [];
  for (let i = steps.length - 1; i > 0; i--) {
    const controls = steps[i]!.points.slice(0, -1).reverse();
    const target = steps[i - 1]!.points.at(-1)!;
    back.push(`${steps[i]!.command}${write([...controls, target].map(([x, y]) => [-x, y]))}`);
  }
  return `${half}${back.join('')}Z`;
}

/** The same path on the other side. */
export function flipped(d: string): string {
  return stepsOf(d)
    .map(({ command, points }) => `${command}${write(points.map(([x, y]) => [-x, y]))}`)
    .join('');
}

/** To draw the same on the left and on the right. */
export const BOTH_SIDES: readonly ((d: string) => string)[] = [flipped, (d) => d];

export function oval(x: number, y: number, rx: number, ry = rx): string {
  const kx = rx * 0.5523;
  const ky = ry * 0.5523;
  return path`M${x} ${y - ry}C${x + kx} ${y - ry} ${x + rx} ${y - ky} ${x + rx} ${y}C${x + rx} ${y + ky} ${x + kx} ${y + ry} ${x} ${y + ry}C${x - kx} ${y + ry} ${x - rx} ${y + ky} ${x - rx} ${y}C${x - rx} ${y - ky} ${x - kx} ${y - ry} ${x} ${y - ry}Z`;
}

export type Point = readonly [number, number];

/** Where a cubic curve that only falls (or only rises) crosses the height `y`. */
export function crossing(
  y: number,
  [from, first, second, to]: readonly [Point, Point, Point, Point],
): number {
  const at = (t: number, axis: 0 | 1) =>
    from[axis] * (1 - t) ** 3 +
    3 * first[axis] * t * (1 - t) ** 2 +
    3 * second[axis] * t * t * (1 - t) +
    to[axis] * t ** 3;
  let [low, high] = from[1] < to[1] ? [0, 1] : [1, 0];
  for (let i = 0; i < 20; i++) {
    const middle = (low + high) / 2;
    if (at(middle, 1) < y) low = middle;
    else high = middle;
  }
  return at((low + high) / 2, 0);
}

/** A rectangle with rounded corners, from its left top corner. */
export function box(x: number, y: number, width: number, height: number, radius = 0): string {
  const right = x + width;
  const bottom = y + height;
  if (radius === 0) return path`M${x} ${y}L${right} ${y}L${right} ${bottom}L${x} ${bottom}Z`;
  const r = Math.min(radius, width / 2, height / 2);
  return path`M${x + r} ${y}L${right - r} ${y}Q${right} ${y} ${right} ${y + r}L${right} ${bottom - r}Q${right} ${bottom} ${right - r} ${bottom}L${x + r} ${bottom}Q${x} ${bottom} ${x} ${bottom - r}L${x} ${y + r}Q${x} ${y} ${x + r} ${y}Z`;
}

interface Step {
  command: string;
  points: [number, number][];
}

function stepsOf(d: string): Step[] {
  const steps: Step[] = [];
  for (const [, command, rest] of d.matchAll(/([MLCQZ])([^MLCQZ]*)/g)) {
    const numbers = (rest!.match(/-?\d+(\.\d+)?/g) ?? []).map(Number);
    const points: [number, number][] = [];
    for (let i = 0; i + 1 < numbers.length; i += 2) points.push([numbers[i]!, numbers[i + 1]!]);
    steps.push({ command: command!, points });
  }
  return steps;
}

function write(points: readonly (readonly [number, number])[]): string {
  return points.map(([x, y]) => `${short(x)} ${short(y)}`).join(' ');
}
