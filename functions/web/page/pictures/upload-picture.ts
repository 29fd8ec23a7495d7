import { api } from '../api.ts';
import { Unreachable } from '../request.ts';
import { fitPicture, storedBytes, UnreadablePicture } from './fit-picture.ts';
import { pictureName } from './picture-name.ts';
import { pictureTypeOf } from './picture-type.ts';

export interface UploadOptions {
  /** The picture becomes one of this item's; without, it is one to match. */
  readonly itemId?: string;
  readonly onProgress?: (share: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * Stores a picture through a presigned URL. One that is larger than the API takes is scaled down first. A picture of
 * an item is named by what it holds, so that the same one is never stored twice.
 *
 * @returns its key
 * @throws UnreadablePicture, UploadRefused, and what a request throws
 */
export async function uploadPicture(
  file: File,
  { itemId, onProgress = () => {}, signal }: UploadOptions,
): Promise<string> {
  const type = pictureTypeOf(file);
  if (!type) throw new UnreadablePicture();
  const picture = await fitPicture(file, storedBytes);
  const contentType = picture === file ? type : picture.type;
  const name = itemId === undefined ? undefined : await pictureName(file);
  const wanted = { contentType, size: picture.size, itemId, name };
  const { key, url, headers } = await api.createUpload(wanted, signal);
  const status = await put(url, headers, picture, onProgress, signal);
  const isThere = status === alreadyThere && name !== undefined;
  if (status >= 300 && !isThere) throw new UploadRefused(status);
  return key;
}

/** The bucket writes a key once. */
const alreadyThere = 412;

/** The bucket did not take it. */
export class UploadRefused extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`HTTP ${status}`);
    this.name = 'UploadRefused';
    this.status = status;
  }
}

/**
 * `fetch` tells nothing of the progress of what it sends.
 *
 * @returns the status of the answer
 * @throws Unreachable, or what the signal was aborted with
 */
function put(
  url: string,
  headers: Readonly<Record<string, string>>,
  body: Blob,
  onProgress: (share: number) => void,
  signal: AbortSignal | undefined,
): Promise<number> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const sending = new XMLHttpRequest();
    const abort = () => sending.abort();
    sending.open('PUT', url);
    for (const [name, value] of Object.entries(headers)) {
      // The browser's own to set; it is what was signed.
      if (name.toLowerCase() !== 'content-length') sending.setRequestHeader(name, value);
    }
    sending.upload.onprogress = ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0);
    sending.onload = () => resolve(sending.status);
    sending.onerror = () => reject(new Unreachable());
    sending.onabort = () => reject(signal?.reason);
    // One signal may be that of thousands of uploads, which it must not hold on to.
    sending.onloadend = () => signal?.removeEventListener('abort', abort);
    signal?.addEventListener('abort', abort);
    sending.send(body);
  });
}
