import type { ChildProcess } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { z } from 'zod';

const grave = z.looseObject({
  level: z.string().regex(/^(warn|error|fatal)$/i),
  message: z.string().optional(),
  msg: z.string().optional(),
});

/** Appends what a sandbox prints to a file, and tells of the lines somebody should see. */
export function keepLog(child: ChildProcess, file: string, onWarning: (line: string) => void): void {
  const log = createWriteStream(file, { flags: 'a' });
  // A full disk must not take the host with it.
  log.on('error', (error) => onWarning(`${file} cannot be written: ${error.message}`));
  const streams = [
    { stream: child.stdout, tell: (line: string) => graveLine(line) },
    { stream: child.stderr, tell: (line: string) => line },
  ];
  for (const { stream, tell } of streams) {
    if (!stream) continue;
    createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on('line', (line) => {
      log.write(`${line}\n`);
      const told = tell(line);
      if (told) onWarning(told);
    });
  }
  child.once('close', () => log.end());
}

/** What a line of our JSON log says from the level of a warning on; anything else is for the file. */
function graveLine(line: string): string | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const parsed = grave.safeParse(JSON.parse(line));
    return parsed.success ? (parsed.data.message ?? parsed.data.msg ?? line) : undefined;
  } catch {
    return undefined;
  }
}
