import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { z } from 'zod';
import { Failure } from './failure.ts';

/** What an import has done already, so that the same command again goes on from there. */
export interface Journal {
  readonly file: string;
  /** Whether the row of that line went in as it is now. */
  hasRow(line: number, sha256: string): boolean;
  hasPicture(key: string, sha256: string): boolean;
  addRows(rows: readonly { line: number; id: string; sha256: string }[]): void;
  addPicture(key: string, sha256: string): void;
  /** Ids of a few rows that went in. */
  sampleIds(): string[];
  /** Forgets what was done for this service. */
  clear(): void;
  close(): void;
}

/** One a line. What follows a `url` was done at that service, up to the next one. */
const entry = z.union([
  z.strictObject({ url: z.string() }),
  z.strictObject({ line: z.number(), id: z.string(), sha256: z.string() }),
  z.strictObject({ picture: z.string(), sha256: z.string() }),
  z.strictObject({ forget: z.string() }),
]);
type Entry = z.infer<typeof entry>;

const samples = 3;

/** @throws Failure when it can't be read or written */
export function openJournal(file: string, { url, fresh }: { url: string; fresh: boolean }): Journal {
  const rows = new Map<number, string>();
  const pictures = new Map<string, string>();
  let ids: string[] = [];
  let descriptor: number;
  try {
    if (fresh) rmSync(file, { force: true });
    descriptor = openSync(file, 'a+');
    restore(readFileSync(file, 'utf8'));
    // Also ends a line that was cut off when the machine was.
    writeSync(descriptor, `\n${JSON.stringify({ url })}\n`);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : error;
    throw new Failure(`the journal ${file} cannot be written (${code}); name another with --journal`);
  }

  function restore(text: string): void {
    let isHere = false;
    for (const line of text.split('\n')) {
      const known = decode(line);
      if (!known) continue;
      if ('url' in known) isHere = known.url === url;
      else if ('forget' in known) {
        if (known.forget === url) forget();
      } else if (isHere) take(known);
    }
  }

  function take(known: Exclude<Entry, { url: string } | { forget: string }>): void {
    if ('picture' in known) pictures.set(known.picture, known.sha256);
    else {
      rows.set(known.line, known.sha256);
      if (ids.length < samples) ids.push(known.id);
    }
  }

  function forget(): void {
    rows.clear();
    pictures.clear();
    ids = [];
  }

  const append = (entries: readonly Entry[]) =>
    writeSync(descriptor, entries.map((each) => `${JSON.stringify(each)}\n`).join(''));

  return {
    file,
    hasRow: (line, sha256) => rows.get(line) === sha256,
    hasPicture: (key, sha256) => pictures.get(key) === sha256,
    addRows(done) {
      for (const each of done) take(each);
      append(done);
    },
    addPicture(picture, sha256) {
      take({ picture, sha256 });
      append([{ picture, sha256 }]);
    },
    sampleIds: () => [...ids],
    clear() {
      forget();
      append([{ forget: url }]);
    },
    close: () => closeSync(descriptor),
  };
}

function decode(line: string): Entry | undefined {
  if (line === '') return undefined;
  try {
    return entry.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
