import { parseRequest } from '../../shared/api/parse.ts';
import { type BatchedAnswer, type SearchAnswer, searchQuery } from '../../shared/api/search.ts';
import { TuwenError } from '../../shared/error.ts';
import { limits } from '../../shared/item.ts';
import { advance, type Outcome, outcomeOf } from '../../shared/outcome.ts';
import type { SearchItems } from '../../shared/search-items.ts';
import { tellProblem } from '../http/api.ts';
import type { Log } from '../log.ts';

/** Many queries in one request, each with an answer or a problem of its own. */
export async function searchBatchOf(
  queries: readonly unknown[],
  searchItems: Pick<SearchItems, 'searchMany'>,
  options: { deadlineMs: number },
): Promise<Outcome<SearchAnswer>[]> {
  const parsed = await Promise.all(queries.map((query) => outcomeOf(() => parseRequest(searchQuery, query))));
  return advance(parsed, (valid) => searchItems.searchMany(valid, options));
}

/** Kept free for what stands around the answers. */
const envelopeBytes = 64 * 1024;

/** What of the outcomes fits into one reply, in order; the answers that don't have a problem instead. */
export function batchAnswers(
  outcomes: readonly Outcome<SearchAnswer>[],
  { requestId, log }: { requestId: string; log: Log },
): BatchedAnswer[] {
  let leftBytes = limits.payloadBytes - envelopeBytes;
  return outcomes.map((outcome) => {
    const answer = 'value' in outcome ? outcome.value : problemOf(outcome.error);
    const bytes = sentBytes(answer);
    if (bytes > leftBytes) return problemOf(tooMuch(bytes, leftBytes));
    leftBytes -= bytes;
    return answer;
  });

  function problemOf(error: unknown): BatchedAnswer {
    return { problem: tellProblem(error, { requestId, log }).problem };
  }
}

/** Lambda's limit is on its own reply, in which the body is a string of JSON. */
const sentBytes = (answer: BatchedAnswer): number =>
  Buffer.byteLength(JSON.stringify(JSON.stringify(answer)));

function tooMuch(bytes: number, leftBytes: number): TuwenError {
  return new TuwenError(
    'too_large',
    `expected answers that fit into one reply together, found one of ${bytes} bytes where ${leftBytes} are left: ` +
      'ask for a smaller topK, or for fewer at once',
  );
}
