import type { Modality } from '../item.ts';

/** The matches of pictures under `uploads/`, by key; they expire with their upload. */
export interface MatchStore {
  get(key: string): Promise<MatchRecord | undefined>;
  /** Stores it unless a later event (by sequencer) has already told of that key. False when it was not stored. */
  put(record: MatchRecord): Promise<boolean>;
  delete(key: string): Promise<void>;
}

export interface MatchRecord {
  readonly key: string;
  readonly etag: string;
  readonly sequencer: string;
  readonly status: 'done' | 'failed';
  readonly results?: readonly {
    readonly id: string;
    readonly score: number;
    /** Absent without a calibration, and in records from before there were any. */
    readonly match?: number | undefined;
    readonly via: Modality;
  }[];
  readonly error?: { readonly code: string; readonly detail: string };
  readonly index?: { readonly version: string; readonly model: string; readonly vectors: number };
  /** Milliseconds since 1970; an expired record is as good as gone. */
  readonly expiresAtMs: number;
}
