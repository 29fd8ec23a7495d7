import { api } from '../api.ts';
import { Unreachable } from '../request.ts';
import { fitPicture, storedBytes, UnreadablePicture } from './fit-picture.ts';
import { pictureTypeOf } from './picture-type.ts';

export interface UploadOptions {
  /** The picture becomes one of this item's; without, it is one to match. */
  readonly itemId?: string;
  readonly onProgress?: (share: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * Stores a picture through a presigned URL. One that is larger than the API takes is scaled down first.
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
  const { key, url, headers } = await api.createUpload({ contentType, size: picture.size, itemId }, signal);
  await put(url, headers, picture, onProgress, signal);
  return key;
}

/** The bucket did not take it. */
export class UploadRefused extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`HTTP ${status}`);
    this.name = 'UploadRefused';
    this.status = status;
  }
}

/** `fetch` tells nothing of the progress of what it sends. */
function put(
  url: string,
  headers: Readonly<Record<string, string>>,
  body: Blob,
  onProgress: (share: number) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const sending = new XMLHttpRequest();
    sending.open('PUT', url);
    for (const [name, value] of Object.entries(headers)) {
      // The browser's own to set; it is what was signed.
      if (name.toLowerCase() !== 'content-length') sending.setRequestHeader(name, value);
    }
    sending.upload.onprogress = ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0);
    sending.onload = () => {
      if (sending.status < 300) resolve();
      else reject(new UploadRefused(sending.status));
    };
    sending.onerror = () => reject(new Unreachable());
    sending.onabort = () => reject(signal?.reason);
    if (signal?.aborted) return reject(signal.reason);
    signal?.addEventListener('abort', () => sending.abort(), { once: true });
    sending.send(body);
  });
}
