import { matchReply } from '../../shared/api/search.ts';
import { type ErrorCode, TuwenError } from '../../shared/error.ts';
import type { MatchDependencies } from '../../shared/match-upload.ts';
import type { Invoker } from '../clients.ts';

/** Asks the search function for matches, so that it alone carries the index. */
export function createMatcher(
  invoker: Pick<Invoker, 'call'>,
  searchFunction: string,
): MatchDependencies['match'] {
  return async ({ model, vector, topK }, { deadlineMs }) => {
    const base64 = Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString('base64');
    const payload = { match: { model, vector: base64, topK } };
    const reply = matchReply.parse(await invoker.call(searchFunction, payload, { deadlineMs }));
    if ('error' in reply) {
      const { code, detail, retryable } = reply.error;
      throw new TuwenError(code as ErrorCode, detail, { retryable });
    }
    return reply;
  };
}
