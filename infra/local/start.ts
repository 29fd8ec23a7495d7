import { importDemo } from './import-demo.ts';
import { readLocalSettings, StartError } from './settings.ts';
import { type Stack, startStack } from './stack.ts';

/** `npm start`: the whole product on this machine, until it is told to end. */

let stack: Stack | undefined;
let isEnding = false;

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void end());

try {
  const settings = readLocalSettings(process.env);
  stack = await startStack({
    environment: definedOf(process.env),
    onError: (error) => console.error(error instanceof Error ? error.message : error),
    ...(settings.TUWEN_DEMO === '1' && { prepare: importDemo }),
  });
  console.log(`ready ${stack.url}`);
  console.log(`  S3 ${stack.s3Url}  bucket ${stack.bucket}  region us-east-1`);
  console.log(`  DynamoDB ${stack.dynamodbUrl}  Lambda ${stack.lambdaUrl}`);
  console.log('  Ctrl-C ends it; what is stored stays');
} catch (error) {
  if (!isEnding) {
    console.error(error instanceof StartError ? error.message : error);
    process.exit(1);
  }
}

/** Also in the middle of the start: what was begun comes again at the next one. */
async function end(): Promise<void> {
  if (isEnding) process.exit(0);
  isEnding = true;
  await stack?.close();
  process.exit(0);
}

function definedOf(environment: NodeJS.ProcessEnv): Record<string, string> {
  const entries = Object.entries(environment).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return Object.fromEntries(entries);
}
