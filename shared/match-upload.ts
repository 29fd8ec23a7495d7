import type { MatchRecord, MatchStore } from './catalog/match-store.ts';
import type { Embedder } from './embedding/embedder.ts';
import { TuwenError } from './error.ts';
import { type NormalisePicture, readPicture } from './ingest-picture.ts';
import { padSequencer } from './item.ts';
import type { ObjectStore } from './objects/object-store.ts';
import type { MatchRequest, MatchResult } from './search-items.ts';

export interface MatchDependencies {
  readonly objects: Pick<ObjectStore, 'head' | 'get'>;
  readonly matches: MatchStore;
  readonly normalise: NormalisePicture;
  /** The model of the live version, or undefined where nothing was published yet. */
  readonly liveModel: () => Promise<string | undefined>;
  readonly embedderFor: (model: string) => Promise<Embedder>;
  /** The search function. @throws TuwenError `wrong_model` when the live version has changed. */
  readonly match: (request: MatchRequest, options: { deadlineMs: number }) => Promise<MatchResult>;
  readonly clock: () => number;
  /** How long uploads, and so their matches, are kept. */
  readonly keepMs: number;
}

export interface UploadEvent {
  readonly key: string;
  readonly sequencer: string;
}

export interface MatchOptions {
  readonly deadlineMs: number;
  /** Nobody will try again: record what went wrong instead of throwing it. */
  readonly lastTry: boolean;
}

/**
 * Matches one object under `uploads/` and records the outcome, for the object as it is now: a second
 * event of the same object does nothing, an earlier one never replaces a later one's record.
 */
export type MatchUpload = (event: UploadEvent, options: MatchOptions) => Promise<void>;

const matchesPerUpload = 20;

/** How often an object may change under our hands before the event is left to a later delivery. */
const maxChanges = 5;

export function createMatchUpload(dependencies: MatchDependencies): MatchUpload {
  const { objects, matches, clock, keepMs } = dependencies;

  return (event, options) => matchUpload(event, options, 0);

  async function matchUpload(event: UploadEvent, options: MatchOptions, changes: number): Promise<void> {
    const { key, sequencer: given } = event;
    const sequencer = padSequencer(given);
    const there = await objects.head(key);
    if (!there) return matches.delete(key);
    const known = await matches.get(key);
    if (known && known.etag === there.etag && known.sequencer >= sequencer) return;

    const outcome = await outcomeOf(key, sequencer, options);
    if (!outcome && changes < maxChanges) return matchUpload(event, options, changes + 1);
    if (!outcome)
      throw new TuwenError('conflict', `${key} changed ${maxChanges} times while it was read`, {
        retryable: true,
      });
    const { etag = there.etag, ...record } = outcome;
    const expiresAtMs = there.modifiedAt.getTime() + keepMs;
    await matches.put({
      key,
      sequencer,
      etag,
      expiresAtMs: Math.max(expiresAtMs, clock() + minimumKeepMs),
      ...record,
    });
  }

  async function outcomeOf(
    key: string,
    sequencer: string,
    options: MatchOptions,
  ): Promise<Outcome | undefined> {
    try {
      const read = await readPicture(dependencies, key, sequencer);
      if (!read) return undefined;
      const { etag, error } = read.picture;
      if (!read.webp) return { ...(etag && { etag }), status: 'failed', error: error! };
      const { results, index } = await matchPicture(read.webp, options);
      return { etag, status: 'done', results, index };
    } catch (error) {
      const final = options.lastTry || (error instanceof TuwenError && !error.retryable);
      if (!final) throw error;
      const known =
        error instanceof TuwenError ? error : new TuwenError('internal', 'the picture could not be matched');
      return { status: 'failed', error: { code: known.code, detail: known.message } };
    }
  }

  async function matchPicture(picture: Uint8Array, { deadlineMs }: MatchOptions): Promise<MatchResult> {
    // The live version may change between the embedding and the match, seldom twice.
    for (let attempt = 1; ; attempt++) {
      const model = await dependencies.liveModel();
      if (!model) throw new TuwenError('not_ready', 'nothing is published yet', { retryable: true });
      const embedder = await dependencies.embedderFor(model);
      const [vector] = await embedder.embed([{ type: 'image', picture }], { role: 'query', deadlineMs });
      try {
        return await dependencies.match({ model, vector: vector!, topK: matchesPerUpload }, { deadlineMs });
      } catch (error) {
        const changed = error instanceof TuwenError && error.code === 'wrong_model';
        if (!changed || attempt === 3) throw error;
      }
    }
  }
}

type Outcome = Pick<MatchRecord, 'status' | 'results' | 'error' | 'index'> & { etag?: string };

/** Long enough to be read, even if the upload is about to expire. */
const minimumKeepMs = 3_600_000;
