import { join } from 'node:path';
import pLimit from 'p-limit';
import { TuwenError } from '../../shared/error.ts';
import { roleOf } from '../../shared/keys.ts';
import { isPictureUrl } from '../../shared/picture-urls.ts';
import type { Api } from './api.ts';
import { CallFailure, Stopped } from './failure.ts';
import type { ImportSource } from './import-source.ts';
import type { Journal } from './journal.ts';
import { type LocalPicture, openLocalPicture, readLocalPicture } from './local-picture.ts';
import { sendPicture } from './send-picture.ts';

/** A picture that a row names: its key, and the file to be uploaded there, if it is one of this machine. */
export interface NamedPicture {
  readonly key: string;
  readonly local?: LocalPicture;
}

export interface ImportPictures {
  /** @throws TuwenError where it can't be a picture of the item */
  find(itemId: string, name: string): Promise<NamedPicture>;
  /** @throws TuwenError or CallFailure where the picture is at fault; anything else ends the import */
  upload(picture: NamedPicture): Promise<'uploaded' | 'done before' | 'there'>;
}

const picturesAtOnce = 8;
/** Of a key made from what the picture holds; 128 bits tell any two apart. */
const hashDigits = 32;

export function createImportPictures(
  api: Api,
  source: Pick<ImportSource, 'directory' | 'keysByPath'>,
  { journal, stop }: { journal: Journal; stop: AbortSignal },
): ImportPictures {
  const limit = pLimit(picturesAtOnce);
  /** Under way; several rows may name one file. */
  const uploads = new Map<string, Promise<'uploaded'>>();

  async function send({ key }: NamedPicture, local: LocalPicture): Promise<'uploaded'> {
    if (stop.aborted) throw new Stopped('stopped');
    const role = roleOf(key);
    if (role.kind !== 'picture') throw new TuwenError('invalid_request', `${key} is no key of a picture`);
    const { body, contentType } = await openLocalPicture(local);
    const name = key.slice(`catalog/${role.itemId}/`.length);
    await sendPicture(api, { body, contentType, of: { itemId: role.itemId, name } });
    journal.addPicture(key, local.sha256);
    return 'uploaded';
  }

  return {
    find: (itemId, name) =>
      limit(async () => {
        // The service fetches it.
        if (isPictureUrl(name)) return { key: name };
        const isKept = source.keysByPath.get(name);
        const file = join(source.directory, name);
        try {
          const local = await readLocalPicture(file);
          return { key: isKept ?? keyOf(itemId, local, name), local };
        } catch (error) {
          // In the bucket already, or for the service to judge.
          const isElsewhere = roleOf(name).kind === 'picture' || /^http:\/\//.test(name);
          if (isElsewhere && error instanceof TuwenError && error.code === 'not_found') return { key: name };
          throw error;
        }
      }),

    async upload(picture) {
      const { key, local } = picture;
      if (!local) return 'there';
      if (journal.hasPicture(key, local.sha256)) return 'done before';
      const begun = uploads.get(key);
      if (begun) return begun.then(() => 'there');
      const upload = limit(() => send(picture, local)).finally(() => uploads.delete(key));
      uploads.set(key, upload);
      return upload;
    },
  };
}

/** The same picture has the same key every time, so that even without a journal nothing is stored twice. */
function keyOf(itemId: string, { sha256 }: LocalPicture, name: string): string {
  const [extension = ''] = /\.[a-z0-9]{1,5}$/i.exec(name) ?? [];
  return `catalog/${itemId}/${sha256.slice(0, hashDigits)}${extension.toLowerCase()}`;
}

/** Whether it is the picture that is at fault, so that the import can go on without it. */
export function isOfThePicture(error: unknown): error is TuwenError | CallFailure {
  if (error instanceof TuwenError) return error.code !== 'internal';
  return error instanceof CallFailure && [400, 409, 413, 415, 422].includes(error.status);
}
