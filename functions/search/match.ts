import type { z } from '@hono/zod-openapi';
import type { matchReply, matchRequest } from '../../shared/api/search.ts';
import { TuwenError } from '../../shared/error.ts';
import type { SearchItems } from '../../shared/search-items.ts';

/** Answers ingest: what it can act on comes back as data, what it can't fails the invocation. */
export async function answerMatch(
  searchItems: Pick<SearchItems, 'match'>,
  { match }: z.output<typeof matchRequest>,
  deadlineMs: number,
): Promise<z.input<typeof matchReply>> {
  const bytes = Uint8Array.from(Buffer.from(match.vector, 'base64'));
  if (bytes.byteLength % 4 !== 0)
    throw new TuwenError('invalid_request', `expected f32 values, found ${bytes.byteLength} bytes`);
  try {
    const vector = new Float32Array(bytes.buffer);
    const { results, index } = await searchItems.match(
      { model: match.model, vector, topK: match.topK },
      { deadlineMs },
    );
    return { results: [...results], index };
  } catch (error) {
    if (!(error instanceof TuwenError)) throw error;
    return { error: { code: error.code, detail: error.message, retryable: error.retryable } };
  }
}
