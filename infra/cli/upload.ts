import pLimit from 'p-limit';
import type { Context, Ending } from './context.ts';
import { isOfThePicture } from './import-pictures.ts';
import { all } from './import-rows.ts';
import { openLocalPicture, readLocalPicture } from './local-picture.ts';
import { matchLines, untilMatched } from './match.ts';
import { sendPicture } from './send-picture.ts';

interface Uploaded {
  readonly file: string;
  readonly key?: string;
  readonly status: 'uploaded' | 'done' | 'failed';
  /** As `tuwen match` prints them. */
  readonly lines: readonly string[];
  /** The answer of the service, or what kept the file from being uploaded. */
  readonly match?: unknown;
  readonly error?: { readonly code: string; readonly detail: string };
}

const uploadsAtOnce = 4;

/** Puts pictures under `uploads/` and, where asked to wait, prints what they match. */
export async function upload(
  context: Context,
  files: readonly string[],
  { wait }: { wait: boolean },
): Promise<Ending> {
  const { output } = context;
  const limit = pLimit(uploadsAtOnce);
  const bar = output.progress({ name: 'upload', total: files.length, unit: 'files' });
  let done = 0;
  let uploaded: Uploaded[];
  try {
    uploaded = await all(
      files.map(async (file) => {
        const outcome = await limit(() => uploadOne(context, file, { wait }));
        bar.update(++done);
        return outcome;
      }),
    );
  } finally {
    bar.stop();
  }
  output.result(
    uploaded.map(({ lines: _, ...shown }) => shown),
    () =>
      uploaded.flatMap(({ file, key, lines }, i) => [
        ...(i > 0 && wait ? [''] : []),
        key ? `${file}  ${key}` : file,
        ...lines.map((line) => `  ${line}`),
      ]),
  );
  return uploaded.some(({ status }) => status === 'failed') ? 'failed' : 'ok';
}

async function uploadOne(context: Context, file: string, { wait }: { wait: boolean }): Promise<Uploaded> {
  try {
    await readLocalPicture(file);
    const { key } = await sendPicture(context.api, await openLocalPicture({ file }));
    if (!wait) return { file, key, status: 'uploaded', lines: [] };
    const answer = await untilMatched(context, key);
    const status = answer.value.status === 'failed' ? 'failed' : 'done';
    return { file, key, status, lines: matchLines(answer), match: answer.raw };
  } catch (error) {
    if (!isOfThePicture(error)) throw error;
    const { code, message: detail } = error;
    return { file, status: 'failed', lines: [`failed: ${detail}`], error: { code, detail } };
  }
}
