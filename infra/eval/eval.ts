import { mkdtempSync, rmSync } from 'node:fs';
import { access, constants, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { TuwenError } from '../../shared/error.ts';
import { StartError } from '../local/settings.ts';
import { evaluate } from './evaluate.ts';
import { help, readOptions } from './options.ts';
import { EvaluationError } from './problems.ts';
import { formatReport } from './report.ts';

/** `npm run eval -- <dir>`: how well an embedder finds what a judged set says should be found. */

try {
  const options = readOptions(process.argv.slice(2));
  if (options) {
    // Figures that can't be written would have been paid for in vain.
    if (options.json) await access(dirname(options.json), constants.W_OK);
    const report = await evaluate(options, {
      environment: process.env,
      folder: temporaryFolder(),
      terminal: process.stderr.isTTY ? process.stderr : undefined,
    });
    process.stdout.write(formatReport(report));
    if (options.json) await writeFile(options.json, `${JSON.stringify(report, null, 1)}\n`);
  } else process.stdout.write(help);
} catch (error) {
  console.error(isExpected(error) ? error.message : error);
  process.exitCode = 1;
}

/** Lasts as long as the process, however that ends. */
function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tuwen-eval-'));
  process.on('exit', () => {
    rmSync(folder, { recursive: true, force: true });
    // A bar that was under way has hidden the cursor and stopped lines from wrapping.
    if (process.stderr.isTTY) process.stderr.write('\u001b[?25h\u001b[?7h');
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(1));
  return folder;
}

/** What the user can mend, the system's refusal of a file included; the rest comes with its stack. */
function isExpected(error: unknown): error is Error {
  if (error instanceof EvaluationError || error instanceof StartError || error instanceof TuwenError)
    return true;
  return error instanceof Error && 'syscall' in error;
}
