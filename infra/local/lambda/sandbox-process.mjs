// Runs in a sandbox of its own, as Lambda's runtime does: loads the handler, then takes one event at a time.
// Plain JavaScript, so that a sandbox starts without a compiler.
import { pathToFileURL } from 'node:url';

const { handlerFile, functionName, memoryMb } = JSON.parse(process.argv[2]);

try {
  const { handler } = await import(pathToFileURL(handlerFile).href);
  process.on('message', ({ id, event, deadlineMs }) => void invoke(handler, id, event, deadlineMs));
  process.send({ type: 'ready' });
} catch (error) {
  console.error(error);
  process.send({ type: 'failed', error: describe(error) }, () => process.exit(1));
}

// The host has gone: nobody will ever ask again.
process.on('disconnect', () => process.exit(0));

async function invoke(handler, id, event, deadlineMs) {
  const context = {
    awsRequestId: id,
    functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:us-east-1:000000000000:function:${functionName}`,
    memoryLimitInMB: String(memoryMb),
    logGroupName: `/aws/lambda/${functionName}`,
    logStreamName: 'local',
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => deadlineMs - Date.now(),
  };
  try {
    const result = await handler(JSON.parse(event), context);
    process.send({ type: 'result', id, result: JSON.stringify(result ?? null) });
  } catch (error) {
    console.error(error);
    process.send({ type: 'error', id, error: describe(error) });
  }
}

function describe(error) {
  const { name = 'Error', message = String(error), stack = '' } = error ?? {};
  return { errorType: name, errorMessage: message, trace: String(stack).split('\n') };
}
