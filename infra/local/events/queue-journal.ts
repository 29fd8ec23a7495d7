import {
  appendFileSync,
  closeSync,
  existsSync,
  ftruncateSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { z } from 'zod';

/** A message that is neither done nor dead. */
export interface KeptMessage {
  readonly id: string;
  readonly body: string;
  readonly sentMs: number;
  /** When it was delivered for the first time. */
  firstReceivedMs: number | undefined;
  receives: number;
}

const line = z.union([
  z.object({ add: z.object({ id: z.string(), body: z.string(), sentMs: z.number() }) }),
  z.object({ received: z.string(), atMs: z.number() }),
  /** Not counted: nobody found fault with it, the host ended. */
  z.object({ returned: z.string() }),
  z.object({ done: z.string() }),
]);
type Line = z.infer<typeof line>;

/** What a queue holds, in a file: a message is kept when `write` returns, whatever happens to the process. */
export interface Journal {
  readonly messages: readonly KeptMessage[];
  write(...lines: readonly Line[]): void;
  /** Forgets everything, once nothing is left to remember. */
  clear(): void;
  close(): void;
}

/** It is rewritten to what is not done yet when it is opened. */
export function openJournal(file: string): Journal {
  const messages = readMessages(file);
  writeFileSync(`${file}.tmp`, linesOf(messages));
  renameSync(`${file}.tmp`, file);
  const descriptor = openSync(file, 'a');
  let bytes = 0;
  return {
    messages,
    write(...lines) {
      const text = lines.map((entry) => `${JSON.stringify(entry)}\n`).join('');
      bytes += text.length;
      appendFileSync(descriptor, text);
    },
    clear() {
      if (bytes < clearFromBytes) return;
      ftruncateSync(descriptor);
      bytes = 0;
    },
    close: () => closeSync(descriptor),
  };
}

const clearFromBytes = 1024 * 1024;

function readMessages(file: string): KeptMessage[] {
  const messages = new Map<string, KeptMessage>();
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
  for (const text of lines) {
    // The last line is half a line if the host was killed while it wrote.
    const parsed = line.safeParse(parse(text));
    if (parsed.success) apply(messages, parsed.data);
  }
  return [...messages.values()];
}

function apply(messages: Map<string, KeptMessage>, entry: Line): void {
  if ('add' in entry) messages.set(entry.add.id, { ...entry.add, firstReceivedMs: undefined, receives: 0 });
  else if ('done' in entry) messages.delete(entry.done);
  else if ('returned' in entry) count(messages.get(entry.returned), -1);
  else count(messages.get(entry.received), 1, entry.atMs);
}

function count(message: KeptMessage | undefined, by: number, atMs?: number): void {
  if (!message) return;
  message.receives += by;
  message.firstReceivedMs ??= atMs;
}

function linesOf(messages: readonly KeptMessage[]): string {
  const lines = messages.flatMap(({ id, body, sentMs, receives, firstReceivedMs = sentMs }): Line[] => [
    { add: { id, body, sentMs } },
    ...Array.from({ length: receives }, () => ({ received: id, atMs: firstReceivedMs })),
  ]);
  return lines.map((entry) => `${JSON.stringify(entry)}\n`).join('');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
