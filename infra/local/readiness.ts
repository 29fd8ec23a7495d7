import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { FunctionName } from '../bundles.ts';
import type { LambdaHost } from './lambda/functions.ts';
import { StartError } from './settings.ts';

/** What the start waits for before it says that it is ready. */

const readyTimeoutMs = 90_000;

/** @throws StartError with what a function says of its settings */
export async function warm(host: LambdaHost, names: readonly FunctionName[]): Promise<void> {
  await Promise.all(names.map((name) => host.warm(name))).catch((error) => {
    throw startFault(error instanceof Error ? error.message : String(error));
  });
}

/**
 * Publishes what is not published yet, an empty version at least. A run that was killed with the last stack
 * holds its lease for a minute.
 */
export async function publishPending(host: LambdaHost, signal: AbortSignal): Promise<void> {
  for (const startedMs = Date.now(); ; ) {
    const outcome = await host.invoke('reindex', { schedule: {} });
    if ('error' in outcome) throw startFault(outcome.error.errorMessage);
    const { status, run } = rebuildReply.parse(JSON.parse(outcome.payload));
    if (status === 'failed') throw startFault(run?.error?.detail ?? 'the index could not be built');
    if (status === 'succeeded' || status === 'idle') return;
    if (Date.now() - startedMs > readyTimeoutMs)
      throw new StartError(`expected the index to be built, found ${status} for ${readyTimeoutMs / 1000} s`);
    await sleep(500, undefined, { signal });
  }
}

/** Embeds what is there so far, so that publishing it takes less time. */
export async function embedAhead(host: LambdaHost): Promise<void> {
  const outcome = await host.invoke('reindex', { embed: {} });
  if ('error' in outcome) throw startFault(outcome.error.errorMessage);
}

const rebuildReply = z.object({
  status: z.string(),
  run: z.object({ error: z.object({ detail: z.string() }).optional() }).optional(),
});

/** What a function says of its settings begins with `bad settings:` or names one. */
function startFault(message: string): StartError {
  return new StartError(message.replace(/^(RequestId: \S+ Error: )?(bad settings: )?/, ''));
}

export async function untilSearchAnswers(url: string, signal: AbortSignal): Promise<void> {
  for (const startedMs = Date.now(); ; ) {
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(30_000)]);
    const answer = await fetch(`${url}/health`, { signal: deadline }).catch(() => undefined);
    if (answer?.ok) return;
    if (Date.now() - startedMs > readyTimeoutMs)
      throw new StartError(
        `search did not answer within ${readyTimeoutMs / 1000} s: ${await answer?.text()}`,
      );
    await sleep(50, undefined, { signal });
  }
}
