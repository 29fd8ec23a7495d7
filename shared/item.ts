import { TuwenError } from './error.ts';

/** The vocabulary of the product: an item has a title, attributes and pictures. */

export type AttributeValue = string | number | boolean | readonly string[];
export type Attributes = Readonly<Record<string, AttributeValue>>;

/** What a user says about an item: the body of `PUT /v1/items/{id}`. */
export interface ItemContent {
  readonly title: string;
  readonly description?: string;
  readonly attributes?: Attributes;
  /**
   * Further object keys under `catalog/`, beside the objects under `catalog/<id>/`. As users send it, URLs too;
   * what is kept has keys alone.
   */
  readonly images?: readonly string[];
}

/** An item as the catalog keeps it. */
export interface Item extends ItemContent {
  readonly id: string;
  readonly attributes: Attributes;
  readonly images: readonly string[];
  /** Keys under `catalog/<id>/` that were seen to exist, in UTF-8 byte order. */
  readonly attached: readonly string[];
  /** True while nobody has described the item and it exists only because a picture of it arrived. */
  readonly implicit: boolean;
  /** Grows by one with each change; tells a publication whether what it read is still current. */
  readonly revision: number;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** What is known of one object under `catalog/`. */
export interface Picture {
  readonly key: string;
  readonly etag: string;
  /** The event that told of it; '' when it was found without one. Padded by {@link padSequencer}. */
  readonly sequencer: string;
  /** Hexadecimal SHA-256 of the normalised picture: `derived/<hash>.webp`. Absent when it could not be read. */
  readonly hash?: string;
  readonly width?: number;
  readonly height?: number;
  readonly error?: { readonly code: string; readonly detail: string };
}

export type Modality = 'text' | 'image';

export const limits = {
  idCharacters: 128,
  titleCharacters: 500,
  descriptionCharacters: 5000,
  attributes: 64,
  attributeNameCharacters: 64,
  stringCharacters: 256,
  arrayElements: 32,
  images: 16,
  /** Of an object, as S3 has it. */
  keyBytes: 1024,
  /** Of a picture. */
  urlCharacters: 2048,
  /** Objects under `catalog/<id>/` that count as pictures of one item. */
  attached: 64,
  queryCharacters: 2000,
  topK: 100,
  batchQueries: 64,
  filterConditions: 64,
  filterDepth: 8,
  /** Attributes whose values one search counts. */
  facets: 16,
  /** Values told of one attribute. */
  facetValues: 100,
  inlinePictureBytes: 4 * 1024 * 1024,
  storedPictureBytes: 10 * 1024 * 1024,
  picturePixels: 50_000_000,
  /** Longest side of a normalised picture. */
  derivedSide: 640,
  /** Lambda's synchronous payload, request and answer. */
  payloadBytes: 6 * 1024 * 1024,
} as const;

/** Pictures of an item in the order they are indexed and shown: those it names first, as it names them. */
export function picturesOf(item: Item): string[] {
  return [...new Set([...item.images, ...item.attached])];
}

/** The text that stands for an item in the index. */
export function textOf(item: Pick<ItemContent, 'title' | 'description'>): string {
  return item.description ? `${item.title}\n${item.description}` : item.title;
}

/**
 * Checks an item id: 1 to 128 characters (code points) of any script, none of `/ ? # % \`,
 * no control characters or lone surrogates, not `.` or `..`.
 *
 * @throws TuwenError `invalid_id`
 */
export function checkId(id: string): string {
  const fault = idFault(id);
  if (fault) throw new TuwenError('invalid_id', `expected an item id, ${fault}`);
  return id;
}

/** What is wrong with an id, or undefined. */
export function idFault(id: string): string | undefined {
  const length = [...id].length;
  if (length === 0 || length > limits.idCharacters)
    return `1 to ${limits.idCharacters} characters long; this one has ${length}`;
  if (id === '.' || id === '..') return 'not "." or ".."';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for.
  const bad = id.match(/[/?#%\\\u0000-\u001f\u007f-\u009f]|\p{Surrogate}/u);
  if (bad) return `without / ? # % \\ or control characters; found ${JSON.stringify(bad[0])}`;
  return undefined;
}

/** UTF-8 byte order, in which ids are sorted and ties are broken (not that of UTF-16 code units). */
export function compareUtf8(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** S3's event sequencers of one key, made to compare as strings: hexadecimal, padded with zeros on the right. */
export function padSequencer(sequencer: string): string {
  return sequencer.toUpperCase().padEnd(40, '0');
}
