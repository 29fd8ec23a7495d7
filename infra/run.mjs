// node infra/run.mjs infra/local/start.ts …: what npm's scripts run.
import { runProgram } from './program.mjs';

const [entry] = process.argv.splice(2, 1);
if (!entry) {
  console.error('expected a program such as infra/local/start.ts, found none');
  process.exit(1);
}
await runProgram(entry);
