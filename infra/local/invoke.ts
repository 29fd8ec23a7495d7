import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FunctionName, functionNames } from '../bundles.ts';
import { seedObjects } from './seed-objects.ts';
import { startStack } from './stack.ts';

/**
 * `npm run invoke -- <function> events/<file>.json`: one event through the real handler, as it would be
 * deployed, on a stack that lasts only for it. Objects that the event names are put into the bucket first.
 */

const [name, file] = process.argv.slice(2);
if (!isFunction(name) || !file) {
  console.error(`expected: npm run invoke -- <${functionNames.join('|')}> events/<file>.json`);
  process.exit(1);
}
const sample = await readSample(file);
const directory = await mkdtemp(join(tmpdir(), 'tuwen-invoke-'));
const stack = await startStack({
  port: 0,
  s3Port: 0,
  dynamodbPort: 0,
  dataDirectory: directory,
  scheduleMs: 0,
  onError: (error) => console.error(error instanceof Error ? error.message : error),
});
try {
  const event = await seedObjects(sample, stack);
  const outcome = await stack.host.invoke(name, event);
  if ('error' in outcome) {
    console.error(`${outcome.error.errorType}: ${outcome.error.errorMessage}`);
    process.exitCode = 1;
  } else {
    console.log(JSON.stringify(readable(JSON.parse(outcome.payload)), null, 2));
  }
} finally {
  await stack.close();
  await rm(directory, { recursive: true, force: true });
}

async function readSample(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    console.error(`expected an event as JSON in ${path}: ${error instanceof Error ? error.message : error}`);
    process.exit(1);
  }
}

function isFunction(value: string | undefined): value is FunctionName {
  return functionNames.some((known) => known === value);
}

/** An HTTP response with its JSON body opened up. */
function readable(reply: unknown): unknown {
  if (typeof reply !== 'object' || reply === null || !('body' in reply) || typeof reply.body !== 'string')
    return reply;
  try {
    return { ...reply, body: JSON.parse(reply.body) };
  } catch {
    return reply;
  }
}
