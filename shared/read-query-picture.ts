import type { PictureReference } from './api/search.ts';
import { TuwenError } from './error.ts';
import type { NormalisePicture } from './ingest-picture.ts';
import { limits } from './item.ts';
import type { ObjectStore } from './objects/object-store.ts';

export interface QueryPictureDependencies {
  readonly objects: Pick<ObjectStore, 'get'>;
  /** Fetches from public addresses only. */
  readonly fetchPicture: (url: string, options: { deadlineMs: number }) => Promise<Uint8Array>;
  readonly normalise: NormalisePicture;
}

/** Reads a query's picture, wherever it is, and normalises it exactly as a catalog's: WebP bytes. */
export function createReadQueryPicture(dependencies: QueryPictureDependencies) {
  const { objects, fetchPicture, normalise } = dependencies;
  return async (reference: PictureReference | Uint8Array, deadlineMs: number): Promise<Uint8Array> => {
    const { webp } = await normalise(await read(reference, deadlineMs));
    return webp;
  };

  async function read(reference: PictureReference | Uint8Array, deadlineMs: number): Promise<Uint8Array> {
    if (reference instanceof Uint8Array) return checkInline(reference);
    if (typeof reference === 'string') return checkInline(decodeBase64(payloadOf(reference)));
    if ('base64' in reference) return checkInline(decodeBase64(reference.base64));
    if ('url' in reference) return fetchPicture(reference.url, { deadlineMs });
    const found = await objects.get(reference.key, { maxBytes: limits.storedPictureBytes });
    if (!found) throw new TuwenError('not_found', `expected an object at ${reference.key}, found none`);
    return found.body;
  }
}

function checkInline(bytes: Uint8Array): Uint8Array {
  if (bytes.byteLength <= limits.inlinePictureBytes) return bytes;
  throw new TuwenError(
    'too_large',
    `expected a picture of at most ${limits.inlinePictureBytes} bytes in a request, found ${bytes.byteLength}; ` +
      'store larger ones with POST /v1/uploads and search by {"key": "uploads/…"}',
  );
}

/** The base64 part of `data:image/jpeg;base64,…`; what the type says is left to the bytes. */
function payloadOf(uri: string): string {
  const payload = uri.match(/^data:[^,]{0,200};base64,/i)?.[0];
  if (!payload)
    throw new TuwenError('invalid_request', 'image: expected a data: URI in base64, found another kind');
  return uri.slice(payload.length);
}

function decodeBase64(text: string): Uint8Array {
  // Node decodes what it can and says nothing of the rest.
  if (!/^[A-Za-z0-9+/_-]*={0,2}\s*$/.test(text))
    throw new TuwenError('invalid_request', 'image: expected base64');
  return Buffer.from(text, 'base64');
}
