import { performance } from 'node:perf_hooks';
import type { Embedder } from '../../shared/embedding/embedder.ts';
import { createProgress, type Progress } from '../local/progress.ts';
import { embedItems, embedQueries } from './embed-judged-set.ts';
import { type EmbedderName, embedderOf } from './embedders.ts';
import type { JudgedSet } from './judged-set.ts';
import { measure, type Rankings } from './measure.ts';
import { defaultAttributes, type EvalOptions } from './options.ts';
import { type PreparedPictures, preparePictures } from './prepare-pictures.ts';
import { EvaluationError } from './problems.ts';
import { rankQueries } from './rank-queries.ts';
import { readJudgedSet } from './read-judged-set.ts';
import { createReport, type Report, type Run } from './report.ts';

export interface EvaluateHost {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** For normalised pictures while it lasts. */
  readonly folder: string;
  /** Shows progress where somebody watches. */
  readonly terminal: NodeJS.WriteStream | undefined;
}

/**
 * Reads the set, embeds it with each embedder, searches it as the product does and measures what was found.
 * Options, settings, rows and pictures are all checked before anything is embedded.
 *
 * @throws EvaluationError, StartError and TuwenError, which say what to mend
 */
export async function evaluate(options: EvalOptions, host: EvaluateHost): Promise<Report> {
  const names = options.embedders ?? [undefined];
  const choices = names.map((name) => embedderOf(name, host.environment));
  const set = await readJudgedSet(options.directory);
  const attributes = attributesOf(set, options.attributes);
  const opened: Opened[] = [];
  for (const { name, open } of choices) opened.push({ name, embedder: await open() });

  const pictures = await watched(host, 'pictures', (onProgress) =>
    preparePictures(set, { folder: host.folder, onProgress }),
  );
  const runs: Run[] = [];
  let first: Rankings | undefined;
  for (const { name, embedder } of opened) {
    const { rankings, ...about } = await rank(set, { name, embedder }, pictures, host);
    const groups = measure(set, rankings, { attributes, seed: options.seed }, first);
    first ??= rankings;
    const { model, dimensions } = embedder;
    runs.push({ embedder: name, model, dimensions, ...about, groups });
  }
  return createReport(
    {
      items: set.items.size,
      pictures: pictures.hashes.size,
      queries: set.queries.length,
      selfMatchingQueries: countOwnPictures(set, pictures),
    },
    options.seed,
    runs,
  );
}

interface Opened {
  readonly name: EmbedderName;
  readonly embedder: Embedder;
}

async function rank(
  set: JudgedSet,
  { name, embedder }: Opened,
  pictures: PreparedPictures,
  host: EvaluateHost,
) {
  const startedMs = performance.now();
  const { version, refused } = await watched(host, `${name}: items`, (onProgress) =>
    embedItems(set, { embedder, pictures, onProgress }),
  );
  const itemsMs = performance.now();
  const vectors = await watched(host, `${name}: queries`, (onProgress) =>
    embedQueries(set, { embedder, pictures, onProgress }),
  );
  const queriesMs = performance.now();
  const rankings = await watched(host, `${name}: search`, async (onProgress) => {
    const found: (readonly string[])[] = [];
    for await (const ranking of rankQueries(set, { version, embedder, vectors, pictures }))
      onProgress(found.push(ranking), set.queries.length);
    return found;
  });
  const seconds = { items: (itemsMs - startedMs) / 1000, queries: (queriesMs - itemsMs) / 1000 };
  return { vectors: version.vectors, refused, seconds, rankings };
}

/** Names that were asked for must be there; the usual ones are taken where they are. */
function attributesOf({ items }: JudgedSet, asked: readonly string[] | undefined): readonly string[] {
  const present = new Set([...items.values()].flatMap(({ item }) => Object.keys(item.attributes)));
  if (!asked) return defaultAttributes.filter((name) => present.has(name));
  const missing = asked.flatMap((joined) => joined.split('+')).find((name) => !present.has(name));
  if (missing === undefined) return asked;
  throw new EvaluationError(
    `--by: expected attributes that items have, found ${JSON.stringify(missing)}, which none has`,
  );
}

/** Such a query finds that item at once, whatever the embedder is worth. */
function countOwnPictures({ items, queries }: JudgedSet, { hashes }: PreparedPictures): number {
  const owners = new Map<string, string[]>();
  for (const { item } of items.values())
    for (const path of item.images) {
      const { hash } = hashes.get(path)!;
      owners.set(hash, [...(owners.get(hash) ?? []), item.id]);
    }
  return queries.filter(({ sought, against, exclude }) => {
    if (sought.type === 'text' || against === 'text') return false;
    return owners.get(hashes.get(sought.path)!.hash)?.some((id) => !exclude.has(id));
  }).length;
}

async function watched<T>(
  { terminal }: EvaluateHost,
  name: string,
  work: (onProgress: (done: number, total: number) => void) => Promise<T>,
): Promise<T> {
  let progress: Progress | undefined;
  try {
    return await work((done, total) => {
      if (terminal) progress ??= createProgress(name, total, terminal);
      progress?.update(done);
    });
  } finally {
    progress?.stop();
  }
}
