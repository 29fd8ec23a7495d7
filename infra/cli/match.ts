import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { MatchAnswer } from '../../shared/api/catalog.ts';
import type { Answer } from './api.ts';
import type { Context, Ending } from './context.ts';
import { CallFailure, Stopped } from './failure.ts';
import { resultLines } from './show-results.ts';

const firstLookMs = 200;
const longestLookMs = 3000;

/** Prints what became of an upload. */
export async function match({ api, output }: Context, key: string): Promise<Ending> {
  const answer = await api.match(key);
  output.result(answer.raw, () => matchLines(answer));
  return answer.value.status === 'failed' ? 'failed' : 'ok';
}

export function matchLines({ raw, value }: Answer<MatchAnswer>): string[] {
  if (value.status === 'pending') return ['pending'];
  if (value.status === 'failed') return [`failed: ${value.error?.detail ?? 'no reason was told'}`];
  return resultLines(z.looseObject({ results: z.unknown() }).parse(raw).results ?? []);
}

/** Looks, less and less often, until the upload is matched or has failed. */
export async function untilMatched({ api, stop }: Context, key: string): Promise<Answer<MatchAnswer>> {
  for (let pauseMs = firstLookMs; ; pauseMs = Math.min(longestLookMs, 1.5 * pauseMs)) {
    const answer = await api.match(key).catch((error: unknown) => {
      if (error instanceof CallFailure && error.status === 404) return undefined;
      throw error;
    });
    if (answer && answer.value.status !== 'pending') return answer;
    await sleep(pauseMs, undefined, { signal: stop }).catch(() => {
      throw new Stopped(`stopped waiting; see "tuwen match ${key}"`);
    });
  }
}
