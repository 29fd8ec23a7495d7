import { z } from 'zod';
import { limits } from '../../shared/item.ts';
import type { Context, Ending } from './context.ts';
import { UsageFailure } from './failure.ts';
import { openLocalPicture, readLocalPicture } from './local-picture.ts';
import { sendPicture } from './send-picture.ts';
import { resultLines } from './show-results.ts';

export interface SearchOptions {
  readonly image?: string;
  readonly without?: string;
  readonly against?: 'any' | 'text' | 'image';
  /** JSON. */
  readonly filter?: string;
  readonly topK?: number;
  readonly minMatch?: number;
  readonly fast?: true;
}

/** Searches by words, a picture, or both. */
export async function search(
  context: Context,
  words: readonly string[],
  options: SearchOptions,
): Promise<Ending> {
  const { image, without, filter, against, topK, minMatch, fast } = options;
  const text = words.join(' ');
  if (text.trim() === '' && image === undefined)
    throw new UsageFailure('expected words, --image or both; found neither');
  const parsedFilter = filter === undefined ? undefined : parseFilter(filter);
  const query = {
    ...(text.trim() !== '' && { text }),
    ...(image !== undefined && { image: await pictureOf(context, image) }),
    ...(without !== undefined && { without: { text: without } }),
    ...(against !== undefined && { against }),
    ...(parsedFilter !== undefined && { filter: parsedFilter }),
    ...(topK !== undefined && { topK }),
    ...(minMatch !== undefined && { minMatch }),
    ...(fast && { mode: 'fast' as const }),
  };
  const { raw, value } = await context.api.search(query);
  const { results } = z.looseObject({ results: z.unknown() }).parse(raw);
  context.output.result(raw, () => resultLines(results));
  const how = value.mode === 'fast' ? `, fast: ${recallText(value.recall)}` : fast ? ', exact' : '';
  context.output.note(
    `${value.index.vectors} vectors of version ${value.index.version}, ${Math.round(value.timing.totalMs)} ms${how}`,
  );
  return 'ok';
}

/** What the version was measured to find. */
function recallText(recall: number | undefined): string {
  return recall === undefined ? 'recall unknown' : `recall@10 ${recall.toFixed(3)}`;
}

/** In the request itself where it fits, else by way of the bucket. */
async function pictureOf({ api }: Context, file: string): Promise<{ base64: string } | { key: string }> {
  const { bytes } = await readLocalPicture(file);
  const { body, contentType } = await openLocalPicture({ file });
  if (bytes > limits.inlinePictureBytes) return sendPicture(api, { body, contentType });
  return { base64: Buffer.from(body).toString('base64') };
}

function parseFilter(text: string): Record<string, unknown> {
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(text));
  } catch {
    throw new UsageFailure(`--filter: expected a JSON object such as {"colour": "red"}, found ${text}`);
  }
}
