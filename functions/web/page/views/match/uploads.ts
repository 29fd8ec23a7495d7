import { api, type MatchAnswer } from '../../api.ts';
import { UnreadablePicture } from '../../pictures/fit-picture.ts';
import { pictureTypeOf } from '../../pictures/picture-type.ts';
import { uploadPicture } from '../../pictures/upload-picture.ts';
import { createStore } from '../../store.ts';
import { sleep } from '../../wait.ts';

/**
 * Pictures on their way to be matched. They outlive the view: who looks at another one meanwhile finds them where
 * they have got to.
 */
export interface MatchedUpload {
  readonly id: number;
  readonly file: File;
  readonly url: string;
  readonly state:
    | { readonly is: 'queued' }
    | { readonly is: 'uploading'; readonly share: number }
    | { readonly is: 'pending'; readonly isSlow: boolean }
    | { readonly is: 'done'; readonly results: NonNullable<MatchAnswer['results']> }
    | { readonly is: 'refused'; readonly reason: string }
    | { readonly is: 'failed'; readonly error: unknown };
}

export const matchedUploads = createStore<readonly MatchedUpload[]>([]);

const atOnce = 3;
const lookEveryMs = 700;
const slowAfterMs = 20_000;
let lastId = 0;
let working = 0;

export function addUploads(files: readonly File[]): void {
  const added = files.map(
    (file): MatchedUpload => ({
      id: ++lastId,
      file,
      url: URL.createObjectURL(file),
      state: { is: 'queued' },
    }),
  );
  matchedUploads.update((uploads) => [...uploads, ...added]);
  work();
}

export function retryUpload(id: number): void {
  set(id, { is: 'queued' });
  work();
}

export function clearUploads(): void {
  for (const { url } of matchedUploads.get()) URL.revokeObjectURL(url);
  matchedUploads.set([]);
}

/** Keeps so many going as are allowed at once. */
function work(): void {
  while (working < atOnce) {
    const next = matchedUploads.get().find(({ state }) => state.is === 'queued');
    if (!next) return;
    working++;
    set(next.id, { is: 'uploading', share: 0 });
    void send(next).finally(() => {
      working--;
      work();
    });
  }
}

async function send({ id, file }: MatchedUpload): Promise<void> {
  try {
    if (!pictureTypeOf(file)) throw new UnreadablePicture();
    const key = await uploadPicture(file, { onProgress: (share) => set(id, { is: 'uploading', share }) });
    set(id, { is: 'pending', isSlow: false });
    // The next picture may go up while this one is matched.
    void watch(id, key);
  } catch (error) {
    set(id, { is: 'failed', error });
  }
}

async function watch(id: number, key: string): Promise<void> {
  try {
    for (const startedMs = Date.now(); matchedUploads.get().some((upload) => upload.id === id); ) {
      const match = await api.match(key);
      if (match.status === 'done') return set(id, { is: 'done', results: match.results ?? [] });
      if (match.status === 'failed')
        return set(id, { is: 'refused', reason: match.error?.detail ?? match.error?.code ?? '' });
      const isSlow = Date.now() - startedMs > slowAfterMs;
      set(id, { is: 'pending', isSlow });
      await sleep(isSlow ? 4 * lookEveryMs : lookEveryMs);
    }
  } catch (error) {
    set(id, { is: 'failed', error });
  }
}

function set(id: number, state: MatchedUpload['state']): void {
  matchedUploads.update((uploads) =>
    uploads.map((upload) => (upload.id === id ? { ...upload, state } : upload)),
  );
}
