import { readFile } from 'node:fs/promises';
import type { Embedder, EmbedInput } from '../../shared/embedding/embedder.ts';
import { TuwenError } from '../../shared/error.ts';
import { normalisePicture } from '../../shared/picture/normalise-picture.ts';

/** Embeddings, each f32 [dimensions], in the order in which they came. */
export interface Embeddings {
  readonly images: readonly Float32Array[];
  readonly texts: readonly Float32Array[];
  /** Texts that are only asked, embedded as queries. */
  readonly queries: readonly Float32Array[];
}

export interface EmbedSources {
  /** Paths. */
  readonly pictures: readonly string[];
  readonly texts: readonly string[];
  readonly queries: readonly string[];
  onPart(part: Embeddings, done: number, total: number): Promise<void>;
}

const perCall = 32;
const callsPerPart = 64;
const patienceMs = 24 * 3_600_000;

/** Queries first, then pictures and texts side by side, so that a part has its share of each. What can't be read is left out. */
export async function embedInTurn(embedder: Embedder, sources: EmbedSources): Promise<Embeddings> {
  const images: Float32Array[] = [];
  const texts: Float32Array[] = [];
  const queries: Float32Array[] = [];
  const parts = { images, texts, queries };
  const total = sources.pictures.length + sources.texts.length;

  async function embed(
    into: Float32Array[],
    inputs: EmbedInput[],
    role: 'query' | 'document',
  ): Promise<void> {
    if (inputs.length > 0)
      into.push(...(await embedder.embed(inputs, { role, deadlineMs: Date.now() + patienceMs })));
  }
  const asText = (text: string): EmbedInput => ({ type: 'text', text });

  for (let at = 0; at < sources.queries.length; at += perCall)
    await embed(queries, sources.queries.slice(at, at + perCall).map(asText), 'query');
  const most = Math.max(sources.pictures.length, sources.texts.length);
  for (let at = 0, calls = 1; at < most; at += perCall, calls++) {
    const read = await Promise.all(sources.pictures.slice(at, at + perCall).map(readPicture));
    await embed(
      images,
      read.flatMap((picture) => (picture ? [picture] : [])),
      'document',
    );
    await embed(texts, sources.texts.slice(at, at + perCall).map(asText), 'document');
    if (calls % callsPerPart === 0) await sources.onPart(parts, images.length + texts.length, total);
  }
  return parts;
}

async function readPicture(path: string): Promise<EmbedInput | undefined> {
  try {
    return { type: 'image', picture: (await normalisePicture(await readFile(path))).webp };
  } catch (error) {
    if (!(error instanceof TuwenError)) throw error;
    console.log(`${path}: ${error.message}`);
    return undefined;
  }
}
