import { SingleBar } from 'cli-progress';

export interface Progress {
  update(done: number): void;
  stop(): void;
}

/** A bar where somebody watches, a line for each quarter where not. */
export function createProgress(
  name: string,
  total: number,
  output: NodeJS.WriteStream = process.stdout,
): Progress {
  if (output.isTTY) {
    const format = `${name} [{bar}] {percentage} %  {eta} s left`;
    const bar = new SingleBar({ format, hideCursor: true, stream: output, gracefulExit: false });
    bar.start(total, 0);
    return { update: (done) => bar.update(Math.max(0, done)), stop: () => bar.stop() };
  }
  let told = -1;
  return {
    update(done) {
      const quarter = Math.floor((4 * done) / total);
      if (quarter > told) output.write(`${name}: ${25 * quarter} %\n`);
      told = Math.max(told, quarter);
    },
    stop: () => {},
  };
}
