import { optimiseLater } from '../optimise-later.mjs';
import { createDemoImport } from './import-demo.ts';
import { readLocalSettings, StartError } from './settings.ts';
import { type Stack, startStack } from './stack.ts';

/** `npm start`: the whole product on this machine, until it is told to end. */

optimiseLater();

const impatientAfterMs = 1000;
const ending = new AbortController();
let askedMs = 0;
let stack: Stack | undefined;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void end());
// Whoever reads our lines may go away; that ends nothing.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

try {
  const environment = definedOf(process.env);
  const settings = readLocalSettings(environment);
  stack = await startStack({
    environment,
    onError: createErrorTeller(),
    onNotice: (notice) => console.log(notice),
    signal: ending.signal,
    ...(settings.TUWEN_DEMO === '1' && createDemoImport(ending.signal)),
  });
  if (ending.signal.aborted) {
    await stack.close();
    process.exit(0);
  }
  console.log(`ready ${stack.url}`);
  console.log(`  S3 ${stack.s3Url}  bucket ${stack.bucket}  region us-east-1`);
  console.log(`  DynamoDB ${stack.dynamodbUrl}  Lambda ${stack.lambdaUrl}`);
  console.log('  Ctrl-C ends it; what is stored stays');
} catch (error) {
  // By now everything that had been started has ended.
  if (ending.signal.aborted) process.exit(0);
  console.error(error instanceof StartError ? error.message : error);
  process.exit(1);
}

/**
 * Also in the middle of the start; what was begun comes again at the next one. npm hands signals on, so that one
 * Ctrl-C arrives twice; who asks once more later does not want to wait.
 */
async function end(): Promise<void> {
  if (ending.signal.aborted) {
    if (Date.now() - askedMs > impatientAfterMs) process.exit(0);
    return;
  }
  askedMs = Date.now();
  ending.abort();
  if (!stack) return;
  await stack.close();
  process.exit(0);
}

/** What fails with every tick of the schedule is told once a minute. */
function createErrorTeller(): (error: unknown) => void {
  const told = new Map<string, number>();
  return (error) => {
    const text = error instanceof Error ? error.message : String(error);
    const now = Date.now();
    for (const [known, atMs] of told) if (now - atMs > 60_000) told.delete(known);
    if (told.has(text)) return;
    told.set(text, now);
    console.error(text);
  };
}

function definedOf(environment: NodeJS.ProcessEnv): Record<string, string> {
  const entries = Object.entries(environment).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return Object.fromEntries(entries);
}
