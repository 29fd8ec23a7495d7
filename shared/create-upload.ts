import { pictureTypes, uploadLimits } from './api/catalog.ts';
import { TuwenError } from './error.ts';
import { limits } from './item.ts';
import { keys } from './keys.ts';
import type { ObjectStore, PresignedPut } from './objects/object-store.ts';

export interface UploadOptions {
  readonly objects: Pick<ObjectStore, 'presignPut'>;
  readonly newName: () => string;
}

export interface WantedUpload {
  readonly contentType: string;
  readonly size: number;
  /** The picture belongs to this item; without, it is one to match. */
  readonly itemId?: string | undefined;
  /** What its key ends with. */
  readonly name?: string | undefined;
}

/**
 * Gives out a URL that stores one picture of exactly this type and size, once, within a quarter of an hour.
 *
 * @throws TuwenError `unsupported_media_type`, `too_large`, `invalid_request` where the key would be too long.
 */
export function createUpload({ objects, newName }: UploadOptions) {
  return async ({
    contentType,
    size,
    itemId,
    name,
  }: WantedUpload): Promise<PresignedPut & { key: string }> => {
    const type = contentType.trim().toLowerCase();
    const extension = Object.entries(pictureTypes).find(([known]) => known === type)?.[1];
    if (!extension) {
      const known = Object.keys(pictureTypes).join(', ');
      throw new TuwenError(
        'unsupported_media_type',
        `expected one of ${known}, found ${JSON.stringify(contentType)}`,
      );
    }
    const { bytes, expiresInSeconds } = uploadLimits;
    if (size > bytes)
      throw new TuwenError('too_large', `expected a picture of at most ${bytes} bytes, found ${size}`);
    const folder = itemId === undefined ? 'uploads/' : keys.catalog(itemId);
    const key = `${folder}${name ?? `${newName()}.${extension}`}`;
    const keyBytes = Buffer.byteLength(key);
    if (keyBytes > limits.keyBytes)
      throw new TuwenError(
        'invalid_request',
        `name: expected a key of at most ${limits.keyBytes} bytes, found ${keyBytes}`,
      );
    return { key, ...(await objects.presignPut(key, { contentType: type, bytes: size, expiresInSeconds })) };
  };
}
