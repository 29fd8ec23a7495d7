import { createHash } from 'node:crypto';
import type { Api } from './api.ts';
import { CallFailure } from './failure.ts';
import { Passing } from './retry.ts';

export interface WantedPicture {
  readonly body: Uint8Array;
  readonly contentType: string;
  /** The picture of an item, under that name; without, it is one to be matched. */
  readonly of?: { readonly itemId: string; readonly name: string };
}

/** Ten megabytes over a slow line. */
const putMs = 180_000;

/**
 * Uploads a picture through a URL that the service gives out.
 *
 * @throws CallFailure with the status that says what is wrong with the picture; `conflict` where there is
 *   another picture of that key
 */
export async function sendPicture(
  api: Api,
  { body, contentType, of }: WantedPicture,
): Promise<{ key: string }> {
  const { value: upload } = await api.createUpload({ contentType, size: body.length, ...of });
  const { key, url, headers } = upload;
  const put = { method: 'PUT', url, headers, body, timeoutMs: putMs, accept: [409, 412] } as const;
  const status = await api.http.call(put, async (answer) => {
    const text = await answer.body.text();
    // Two writes of one key at once: S3 asks to try again.
    if (answer.statusCode === 409)
      throw new Passing(new CallFailure(text, { status: 409, code: 'conflict' }));
    return answer.statusCode;
  });
  // The key is taken: by ourselves, when the reply to an earlier attempt was lost, or by somebody else.
  if (status === 412 && of && !(await isSame(api, key, body)))
    throw new CallFailure(`${key} is there already, with other content`, { status: 409, code: 'conflict' });
  return { key };
}

async function isSame(api: Api, key: string, body: Uint8Array): Promise<boolean> {
  const { value } = await api.originals([key]);
  const url = value.files[0]?.url;
  if (url === undefined) return false;
  const hash = createHash('sha256');
  await api.http.call({ method: 'GET', url, timeoutMs: putMs }, async (answer) => {
    hash.update(new Uint8Array(await answer.body.arrayBuffer()));
  });
  return hash.digest('hex') === createHash('sha256').update(body).digest('hex');
}
