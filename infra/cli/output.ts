import { createBar, noProgress, type Progress } from './progress.ts';

/** What a command says: its result to standard output, all else to standard error. */
export interface Output {
  readonly isJson: boolean;
  /** The result: as JSON where that is asked for, else as lines. */
  result(json: unknown, lines: () => readonly string[]): void;
  /** Something worth knowing on the way; part of the JSON where that is asked for, so not told then. */
  note(line: string): void;
  /** On a terminal only. */
  progress(options: Parameters<typeof createBar>[1]): Progress;
}

export interface OutputStreams {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}

export function createOutput({ stdout, stderr }: OutputStreams, { isJson }: { isJson: boolean }): Output {
  let barsShown = 0;
  return {
    isJson,
    result(json, lines) {
      if (isJson) stdout.write(`${JSON.stringify(json, undefined, 2)}\n`);
      else for (const line of lines()) stdout.write(`${printable(line)}\n`);
    },
    note(line) {
      if (isJson) return;
      const clear = barsShown > 0 ? '\r\u001b[2K' : '';
      stderr.write(`${clear}${printable(line)}\n`);
    },
    progress(options) {
      if (isJson || !stderr.isTTY || options.total <= 0) return noProgress;
      const bar = createBar(stderr, options);
      barsShown++;
      return {
        update: bar.update,
        stop() {
          barsShown--;
          bar.stop();
        },
      };
    },
  };
}

/** Titles come from a catalog: they shall not move the cursor, nor turn what follows around. */
export const printable = (text: string): string => text.replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, ' ');
