import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { TuwenError } from '../../shared/error.ts';
import { limits } from '../../shared/item.ts';
import { checkPicture } from '../../shared/picture/normalise-picture.ts';
import { contentTypeOf } from '../../shared/picture/sniff-picture.ts';

/** A picture on this machine. Its bytes are read when they are needed, so that a batch of them fits anywhere. */
export interface LocalPicture {
  readonly file: string;
  readonly bytes: number;
  /** Of its bytes, hexadecimal. */
  readonly sha256: string;
}

/** @throws TuwenError `not_found`, `too_large` (before it is read) */
export async function readLocalPicture(file: string): Promise<LocalPicture> {
  const found = await stat(file).catch(() => undefined);
  if (!found?.isFile()) throw new TuwenError('not_found', 'expected a file, found none');
  const { size: bytes } = found;
  if (bytes > limits.storedPictureBytes)
    throw new TuwenError(
      'too_large',
      `expected a picture of at most ${limits.storedPictureBytes} bytes, found ${bytes}`,
    );
  const sha256 = createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
  return { file, bytes, sha256 };
}

/**
 * The bytes for an upload, checked as the service will check them: what it can't read is told at once and
 * not uploaded, rather than found later among the failed pictures of an item.
 *
 * @throws TuwenError `unsupported_media_type`, `unreadable_picture`, `too_large`
 */
export async function openLocalPicture({ file }: Pick<LocalPicture, 'file'>): Promise<{
  body: Uint8Array;
  contentType: string;
  extension: string;
}> {
  const body = await readFile(file);
  const type = await checkPicture(body);
  return { body, contentType: contentTypeOf[type], extension: type === 'jpeg' ? 'jpg' : type };
}
