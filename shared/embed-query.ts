import type { PictureReference, SearchQuery } from './api/search.ts';
import type { QueryKind } from './embedding/calibration.ts';
import type { Embedder, EmbedInput } from './embedding/embedder.ts';
import { TuwenError } from './error.ts';
import type { LoadedVersion } from './index/loaded-version.ts';
import type { Modality } from './item.ts';
import { combine, normalise } from './vector.ts';

export interface EmbedQueryDependencies {
  /** The embedder of the model that the live version names. */
  readonly embedderFor: (model: string) => Promise<Embedder>;
  /** Fetches, checks and normalises a query picture: WebP bytes. */
  readonly readPicture: (reference: PictureReference | Uint8Array, deadlineMs: number) => Promise<Uint8Array>;
  /** Milliseconds. */
  readonly clock: () => number;
}

/** A query as the API has it; the picture may be a file of a form. */
export type AskedQuery = Omit<SearchQuery, 'image'> & {
  readonly image?: PictureReference | Uint8Array | undefined;
};

export interface EmbeddedQuery {
  /** f32 [dimensions], unit. */
  readonly vector: Float32Array;
  /** Which of the model's maps calibrates its scores. */
  readonly kind: QueryKind;
  readonly embedMs: number;
}

/** q = normalise(Σ w·v − w_without·v_without) over unit parts. */
export type EmbedQuery = (
  version: Pick<LoadedVersion, 'model' | 'dimensions' | 'positionOf' | 'meanVector'>,
  query: AskedQuery,
  deadlineMs: number,
) => Promise<EmbeddedQuery>;

export function createEmbedQuery(dependencies: EmbedQueryDependencies): EmbedQuery {
  const { clock } = dependencies;

  return async (version, query, deadlineMs) => {
    const { weights, without } = query;
    // Ids first: they are cheap, and an unknown one should not cost an embedding.
    const item = query.itemId === undefined ? undefined : await vectorOfItem(version, query.itemId);
    const withoutItem =
      without?.itemId === undefined ? undefined : await vectorOfItem(version, without.itemId);
    const readPicture = (reference: PictureReference | Uint8Array | undefined) =>
      reference === undefined ? undefined : dependencies.readPicture(reference, deadlineMs);
    const [queryPicture, withoutPicture] = await Promise.all([
      readPicture(query.image),
      readPicture(without?.image),
    ]);

    const embeddedAt = clock();
    const [text, seen, withoutText, withoutSeen] = await embedAll(version.model, deadlineMs, [
      textInput(query.text),
      pictureInput(queryPicture),
      textInput(without?.text),
      pictureInput(withoutPicture),
    ]);
    const embedMs = clock() - embeddedAt;

    const away = normalise(
      combine(version.dimensions, [
        [1, withoutText],
        [1, withoutSeen],
        [1, withoutItem?.vector],
      ]),
    );
    const vector = normalise(
      combine(version.dimensions, [
        [weights.text, text],
        [weights.image, seen],
        [weights.itemId, item?.vector],
        [-weights.without, away],
      ]),
    );
    if (!vector)
      throw new TuwenError(
        'invalid_request',
        'expected a query that points somewhere, found parts that cancel each other out or weigh nothing',
      );
    const kind = kindOf([
      [weights.text, text && 'text'],
      [weights.image, seen && 'image'],
      [weights.itemId, item?.vector && item.modality],
    ]);
    return { vector, kind, embedMs };
  };

  async function embedAll(model: string, deadlineMs: number, inputs: (EmbedInput | undefined)[]) {
    const present = inputs.filter((input) => input !== undefined);
    if (present.length === 0) return [];
    const embedder = await dependencies.embedderFor(model);
    const vectors = await embedder.embed(present, { role: 'query', deadlineMs });
    return inputs.map((input) => (input === undefined ? undefined : vectors[present.indexOf(input)]));
  }
}

/** Whether anything of the query has yet to be embedded. */
export function needsEmbedder({ text, image, without }: AskedQuery): boolean {
  return [text, image, without?.text, without?.image].some((part) => part !== undefined);
}

async function vectorOfItem(
  version: Pick<LoadedVersion, 'positionOf' | 'meanVector'>,
  id: string,
): Promise<{ vector: Float32Array | undefined; modality: Modality }> {
  const position = version.positionOf(id);
  if (position === undefined)
    throw new TuwenError(
      'not_found',
      `expected an item of the live index, found none with the id ${JSON.stringify(id)}`,
    );
  const { vector, modality } = await version.meanVector(position);
  return { vector: normalise(vector), modality };
}

/** The parts that pull decide; one that only pushes away is `mixed`, for want of anything better. */
function kindOf(parts: readonly (readonly [weight: number, modality: Modality | undefined])[]): QueryKind {
  const pulling = new Set(parts.flatMap(([weight, modality]) => (weight > 0 && modality ? [modality] : [])));
  const [only] = pulling;
  return pulling.size === 1 ? only! : 'mixed';
}

const textInput = (text: string | undefined): EmbedInput | undefined =>
  text === undefined ? undefined : { type: 'text', text };
const pictureInput = (picture: Uint8Array | undefined): EmbedInput | undefined =>
  picture === undefined ? undefined : { type: 'image', picture };
