import { CommanderError } from 'commander';
import { createApi } from './api.ts';
import { Failure, Stopped, UsageFailure } from './failure.ts';
import { createOutput, printable } from './output.ts';
import { createProgram, type Run } from './program.ts';

/** `npx tuwen`: reads the command, runs it, and ends with the status that tells how it went. */

const exit = { ok: 0, failed: 1, usage: 2, stopped: 130 } as const;
/** What is under way at Ctrl-C may end by itself within this time. */
const graceMs = 5000;
/** npx hands on what the terminal has sent already: two signals at once are one. */
const impatientAfterMs = 1000;

const stop = new AbortController();
const abort = new AbortController();
let askedMs = 0;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupt);
// Such as `| head -1`: whoever reads has seen enough.
process.stdout.on('error', () => process.exit(exit.ok));

const run: Run = async ({ url, json }, command, { finishesRequests } = { finishesRequests: false }) => {
  const key = process.env.TUWEN_KEY || undefined;
  const api = createApi({ url, key, signal: finishesRequests ? abort.signal : stop.signal });
  const output = createOutput(process, { isJson: json === true });
  try {
    process.exitCode = exit[await command({ api, output, stop: stop.signal })];
  } finally {
    await api.close();
  }
};

try {
  await createProgram(run).parseAsync();
} catch (error) {
  process.exitCode = tell(error);
}

function interrupt(): void {
  if (stop.signal.aborted) {
    if (Date.now() - askedMs > impatientAfterMs) process.exit(exit.stopped);
    return;
  }
  askedMs = Date.now();
  stop.abort();
  setTimeout(() => abort.abort(), graceMs).unref();
}

/** @returns the exit status */
function tell(error: unknown): number {
  // Has been told by commander itself.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exit.ok : exit.usage;
  const isStopped = error instanceof Stopped || stop.signal.aborted;
  const message = error instanceof Failure ? error.message : isStopped ? 'stopped' : errorText(error);
  process.stderr.write(`${printable(message)}\n`);
  if (isStopped) return exit.stopped;
  return error instanceof UsageFailure ? exit.usage : exit.failed;
}

/** What nobody foresaw; the product's own errors and the file system's explain themselves. */
function errorText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const isKnown = error.name === 'TuwenError' || ('code' in error && 'syscall' in error);
  return isKnown ? error.message : (error.stack ?? error.message);
}
