import { api, type MatchAnswer } from '../../api.ts';
import { holdPageFor } from '../../hold-page.ts';
import { uploadPicture } from '../../pictures/upload-picture.ts';
import { Unreachable } from '../../request.ts';
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
    /** The server could do nothing with it. */
    | { readonly is: 'refused'; readonly problem: NonNullable<MatchAnswer['error']> }
    | { readonly is: 'failed'; readonly error: unknown };
}

export const matchedUploads = createStore<readonly MatchedUpload[]>([]);

const atOnce = 3;
/** More and more seldom, since many may be waited for at once. */
const lookEveryMs = { first: 500, most: 5000, growth: 1.3 };
const slowAfterMs = 20_000;
let lastId = 0;
let working = 0;
/** Of what is in the list. */
let controller = new AbortController();

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

/** What is under way is given up. */
export function clearUploads(): void {
  controller.abort();
  controller = new AbortController();
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
    const { signal } = controller;
    void holdPageFor(() => send(next, signal)).finally(() => {
      working--;
      work();
    });
  }
}

async function send({ id, file }: MatchedUpload, signal: AbortSignal): Promise<void> {
  try {
    const onProgress = (share: number) => set(id, { is: 'uploading', share });
    const key = await uploadPicture(file, { onProgress, signal });
    set(id, { is: 'pending', isSlow: false });
    // The next picture may go up while this one is matched.
    void watch(id, key, signal);
  } catch (error) {
    set(id, { is: 'failed', error });
  }
}

async function watch(id: number, key: string, signal: AbortSignal): Promise<void> {
  try {
    let waitMs = lookEveryMs.first;
    for (const startedMs = Date.now(); ; ) {
      const match = await lookAt(key, signal);
      if (match?.status === 'done') return set(id, { is: 'done', results: match.results ?? [] });
      if (match?.status === 'failed')
        return set(id, { is: 'refused', problem: match.error ?? { code: 'internal', detail: '' } });
      set(id, { is: 'pending', isSlow: Date.now() - startedMs > slowAfterMs });
      await sleep(waitMs, signal);
      waitMs = Math.min(lookEveryMs.most, waitMs * lookEveryMs.growth);
    }
  } catch (error) {
    set(id, { is: 'failed', error });
  }
}

/** The picture is there already: while there is no connection its match can wait. */
async function lookAt(key: string, signal: AbortSignal): Promise<MatchAnswer | undefined> {
  try {
    return await api.match(key, signal);
  } catch (error) {
    if (error instanceof Unreachable) return undefined;
    throw error;
  }
}

/** One that is no longer in the list is not changed. */
function set(id: number, state: MatchedUpload['state']): void {
  matchedUploads.update((uploads) =>
    uploads.map((upload) => (upload.id === id ? { ...upload, state } : upload)),
  );
}
