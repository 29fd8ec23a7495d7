import { SingleBar } from 'cli-progress';

export interface Progress {
  /** @param counted what people count, where that is not what the bar's length is made of. */
  update(done: number, counted?: number): void;
  stop(): void;
}

export const noProgress: Progress = { update: () => {}, stop: () => {} };

/** A bar with rate and time left. */
export function createBar(
  stream: NodeJS.WriteStream,
  { name, total, unit }: { name: string; total: number; unit: 'rows' | 'items' | 'files' | 'bytes' },
): Progress {
  const startedMs = Date.now();
  const bar = new SingleBar({
    format: `${name} [{bar}] {percentage} %  {counted}  {rate}  {left}`,
    formatValue: (value, _, type) => (type === 'percentage' ? String(value).padStart(3) : String(value)),
    barsize: 24,
    hideCursor: true,
    // Lines are written above it; it comes back by itself.
    forceRedraw: true,
    fps: 5,
    gracefulExit: false,
    stream,
  });
  const amount = unit === 'bytes' ? bytesText : (count: number) => `${count} ${unit}`;
  bar.start(total, 0, { counted: amount(0), rate: '', left: '' });
  return {
    update(done, counted = done) {
      const seconds = (Date.now() - startedMs) / 1000;
      const perSecond = counted / Math.max(seconds, 0.001);
      const left = done > 0 ? (seconds / done) * Math.max(0, total - done) : undefined;
      bar.update(Math.min(done, total), {
        counted: amount(counted),
        rate: unit === 'bytes' ? `${bytesText(perSecond)}/s` : `${round(perSecond)}/s`,
        left: left === undefined ? '' : `${timeText(left)} left`,
      });
    },
    stop: () => bar.stop(),
  };
}

const round = (value: number): string => value.toFixed(value < 10 ? 1 : 0);

export function bytesText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? Math.round(value) : round(value)} ${units[unit]}`;
}

function timeText(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${round(seconds / 3600)} h`;
}
