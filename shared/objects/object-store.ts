/** A bucket, as the product needs it. Adapters: s3.ts and memory.ts, held to one contract suite. */
export interface ObjectStore {
  head(key: string): Promise<ObjectInfo | undefined>;
  /**
   * The object's bytes, or undefined where there is none.
   *
   * @throws TuwenError `too_large` when it has more than `maxBytes`, without reading them;
   *   `conflict` when `ifMatch` is given and the object is another by now.
   */
  get(key: string, options?: GetOptions): Promise<StoredObject | undefined>;
  /** As get, the bytes as they come; for objects of any size. */
  stream(key: string, options?: GetOptions): Promise<StreamedObject | undefined>;
  /**
   * Copies bytes `start` (included) to `end` (excluded) into `target` as they come in.
   *
   * @throws TuwenError `not_found`, `conflict` (another etag than `ifMatch`), `internal` on a short read.
   */
  readInto(key: string, range: ByteRange, target: Uint8Array, options?: { ifMatch?: string }): Promise<void>;
  /**
   * Stores the whole object or nothing.
   *
   * @throws TuwenError `conflict` when the condition does not hold.
   */
  put(key: string, body: Uint8Array | string, options: PutOptions): Promise<{ etag: string }>;
  /** Deletes what is there; a key without an object is no error. */
  delete(keys: readonly string[]): Promise<void>;
  /** All objects whose key begins so, in UTF-8 byte order of their keys. */
  list(prefix: string): AsyncIterable<ObjectInfo>;
  /** The names one level below the prefix (`delimiter` "/"), without it and without the slash. */
  listFolders(prefix: string): AsyncIterable<string>;
  /** A URL that stores exactly this key, type and size, once, until it expires. */
  presignPut(key: string, options: PresignPutOptions): Promise<PresignedPut>;
  /** A URL from which the object can be read until it expires. */
  presignGet(key: string, options: { expiresInSeconds: number }): Promise<string>;
}

/** Bytes `start` (included) to `end` (excluded). */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

export interface ObjectInfo {
  readonly key: string;
  /** Without quotes. */
  readonly etag: string;
  readonly bytes: number;
  readonly modifiedAt: Date;
  readonly contentType?: string;
}

export interface StoredObject extends ObjectInfo {
  readonly body: Uint8Array;
}

export interface StreamedObject extends ObjectInfo {
  readonly body: AsyncIterable<Uint8Array>;
}

export interface GetOptions {
  readonly maxBytes?: number;
  readonly ifMatch?: string;
  /** From this byte on. */
  readonly start?: number;
  readonly signal?: AbortSignal;
}

export interface PutOptions {
  readonly contentType: string;
  readonly cacheControl?: string;
  /** Only where there is no object of that key yet. */
  readonly ifAbsent?: boolean;
  /** Only where the object is still the one with this etag. */
  readonly ifMatch?: string;
}

export interface PresignPutOptions {
  readonly contentType: string;
  readonly bytes: number;
  readonly expiresInSeconds: number;
}

export interface PresignedPut {
  readonly method: 'PUT';
  readonly url: string;
  /** To be sent with the upload, exactly so. */
  readonly headers: Readonly<Record<string, string>>;
  readonly expiresAt: string;
}
