// Runs in a sandbox of its own, as Lambda's runtime does: loads the handler, then takes one event at a time.
// Plain JavaScript, so that a sandbox starts without a compiler.
import { pathToFileURL } from 'node:url';
import { optimiseLater } from '../../optimise-later.mjs';

const { handlerFile, functionName, memoryMb } = JSON.parse(process.argv[2]);

// The host has gone: nobody will ever ask again.
process.on('disconnect', () => process.exit(0));

optimiseLater();
try {
  const { handler } = await import(pathToFileURL(handlerFile).href);
  if (typeof handler !== 'function') throw new Error(`expected ${handlerFile} to export handler, found none`);
  process.on('message', ({ id, event, deadlineMs }) => void invoke(handler, id, event, deadlineMs));
  tell({ type: 'ready' });
} catch (error) {
  log(error);
  tell({ type: 'failed', error: describe(error) }, () => process.exit(1));
}

async function invoke(handler, id, event, deadlineMs) {
  const context = {
    awsRequestId: id,
    functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:us-east-1:000000000000:function:${functionName}`,
    memoryLimitInMB: String(memoryMb),
    logGroupName: `/aws/lambda/${functionName}`,
    logStreamName: `local/${process.pid}`,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => deadlineMs - Date.now(),
  };
  try {
    const result = await handler(JSON.parse(event), context);
    tell({ type: 'result', id, result: JSON.stringify(result ?? null) });
  } catch (error) {
    log(error);
    tell({ type: 'error', id, error: describe(error) });
  }
}

// The host may have gone in the meantime.
function tell(message, done = () => {}) {
  if (process.connected) process.send(message, done);
}

// To the log only: whoever invoked is told of it and decides what it means.
function log(error) {
  console.log(error);
}

function describe(error) {
  const { name = 'Error', message = String(error), stack = '' } = error ?? {};
  return { errorType: name, errorMessage: message, trace: String(stack).split('\n') };
}
