import type { PictureReference, SearchQuery } from './api/search.ts';
import { embedTogether } from './embed-together.ts';
import type { QueryKind } from './embedding/calibration.ts';
import type { Embedder, EmbedInput } from './embedding/embedder.ts';
import { TuwenError } from './error.ts';
import type { LoadedVersion } from './index/loaded-version.ts';
import type { Modality } from './item.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
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
  /** How long embedding took, that of all queries embedded with it; 0 where it had nothing to embed. */
  readonly embedMs: number;
}

/** A query of which everything is at hand but the embeddings. */
export interface ReadQuery {
  readonly weights: SearchQuery['weights'];
  /** Text, picture, and both of `without`; what the query has of them. */
  readonly inputs: readonly (EmbedInput | undefined)[];
  readonly item: ItemMean | undefined;
  readonly withoutItem: ItemMean | undefined;
}

/** q = normalise(Σ w·v − w_without·v_without) over unit parts. */
export interface EmbedQuery {
  /** @throws TuwenError `not_found` for an item that the version does not have, and as reading pictures does. */
  read(
    version: Pick<LoadedVersion, 'positionOf' | 'meanVector'>,
    query: AskedQuery,
    deadlineMs: number,
  ): Promise<ReadQuery>;
  /** Embeds what all of them have together, in as few calls as the model allows. */
  embed(
    version: Pick<LoadedVersion, 'model' | 'dimensions'>,
    queries: readonly ReadQuery[],
    deadlineMs: number,
  ): Promise<Outcome<EmbeddedQuery>[]>;
}

export function createEmbedQuery(dependencies: EmbedQueryDependencies): EmbedQuery {
  const { clock, embedderFor } = dependencies;
  return {
    async read(version, query, deadlineMs) {
      const { weights, without } = query;
      // Ids first: they are cheap, and an unknown one should not cost an embedding.
      const item =
        query.itemId === undefined ? undefined : await meanOfItem(version, query.itemId, deadlineMs);
      const withoutItem =
        without?.itemId === undefined ? undefined : await meanOfItem(version, without.itemId, deadlineMs);
      const readPicture = (reference: PictureReference | Uint8Array | undefined) =>
        reference === undefined ? undefined : dependencies.readPicture(reference, deadlineMs);
      const [picture, withoutPicture] = await Promise.all([
        readPicture(query.image),
        readPicture(without?.image),
      ]);
      const inputs = [
        textInput(query.text),
        pictureInput(picture),
        textInput(without?.text),
        pictureInput(withoutPicture),
      ];
      return { weights, inputs, item, withoutItem };
    },

    async embed({ model, dimensions }, queries, deadlineMs) {
      const embeddedAt = clock();
      const present = queries.map(({ inputs }) => inputs.filter((input) => input !== undefined));
      const embedded = await embedTogether(present, async (inputs) => {
        const embedder = await embedderFor(model);
        return embedder.embed(inputs, { role: 'query', deadlineMs });
      });
      const embedMs = clock() - embeddedAt;
      return Promise.all(
        queries.map(async (query, i) => {
          const outcome = embedded[i]!;
          if ('error' in outcome) return outcome;
          const vectors = [...outcome.value];
          const parts = query.inputs.map((input) => input && vectors.shift());
          const spentMs = outcome.value.length > 0 ? embedMs : 0;
          return outcomeOf(() => ({ ...combineParts(dimensions, query, parts), embedMs: spentMs }));
        }),
      );
    },
  };
}

function combineParts(
  dimensions: number,
  { weights, item, withoutItem }: ReadQuery,
  [text, seen, withoutText, withoutSeen]: readonly (Float32Array | undefined)[],
): Omit<EmbeddedQuery, 'embedMs'> {
  const away = normalise(
    combine(dimensions, [
      [1, withoutText],
      [1, withoutSeen],
      [1, withoutItem?.vector],
    ]),
  );
  const vector = normalise(
    combine(dimensions, [
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
  return { vector, kind };
}

/** Whether anything of the query has yet to be embedded. */
export function needsEmbedder({ text, image, without }: AskedQuery): boolean {
  return [text, image, without?.text, without?.image].some((part) => part !== undefined);
}

interface ItemMean {
  /** Unit; undefined where the rows of the item cancel each other out. */
  readonly vector: Float32Array | undefined;
  readonly modality: Modality;
}

async function meanOfItem(
  version: Pick<LoadedVersion, 'positionOf' | 'meanVector'>,
  id: string,
  deadlineMs: number,
): Promise<ItemMean> {
  const position = version.positionOf(id);
  if (position === undefined)
    throw new TuwenError(
      'not_found',
      `expected an item of the live index, found none with the id ${JSON.stringify(id)}`,
    );
  const { vector, modality } = await version.meanVector(position, { deadlineMs });
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
