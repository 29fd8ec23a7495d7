import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { z } from 'zod';
import { searchParts } from '../../shared/api/search.ts';
import { TuwenError } from '../../shared/error.ts';
import { readJsonLines } from '../../shared/import/json-lines.ts';
import { beginning } from '../../shared/import/records.ts';
import { limits } from '../../shared/item.ts';
import { describeIssue, parseItemRow } from '../../shared/item-schema.ts';
import { itemsFile, type JudgedItem, type JudgedQuery, type JudgedSet, queriesFile } from './judged-set.ts';
import { createProblems, EvaluationError, type Place, type Problems } from './problems.ts';

/**
 * Reads `items.jsonl` and `queries.jsonl`, streamed row by row. One bad row refuses the set: figures over
 * part of it would look like figures over all of it.
 *
 * @throws EvaluationError naming file, line and fault of the first few bad rows
 */
export async function readJudgedSet(directory: string): Promise<JudgedSet> {
  const problems = createProblems();
  const items = new Map<string, JudgedItem>();
  const queries: JudgedQuery[] = [];
  for await (const { place, value } of rowsOf(directory, itemsFile, problems)) {
    const judged = itemOf(value, place, problems);
    if (!judged) continue;
    const earlier = items.get(judged.item.id);
    if (earlier)
      problems.add(
        place,
        `expected each id once, found ${quoted(judged.item.id)} on line ${earlier.line} too`,
      );
    else items.set(judged.item.id, judged);
  }
  if (items.size === 0 && problems.count === 0)
    problems.add({ file: itemsFile }, 'expected an item or more, found none');
  // An id may be unknown only because its row is bad.
  const known = problems.count === 0 ? items : undefined;
  for await (const { place, value } of rowsOf(directory, queriesFile, problems)) {
    const query = queryOf(value, place, problems);
    if (!query) continue;
    queries.push(query);
    if (known) checkIds(query, known, place, problems);
  }
  if (queries.length === 0 && problems.count === 0)
    problems.add({ file: queriesFile }, 'expected a query or more, found none');
  await checkPictures(directory, picturesOf(items, queries), problems);
  problems.refuse();
  return { directory, items, queries };
}

interface Row {
  readonly place: Place & { readonly line: number };
  readonly value: unknown;
}

async function* rowsOf(directory: string, file: string, problems: Problems): AsyncGenerator<Row> {
  const path = join(directory, file);
  if (!(await isFile(path))) throw new EvaluationError(`${file}: expected in ${directory}, found none`);
  for await (const record of readJsonLines(createReadStream(path), beginning)) {
    const place = { file, line: record.line };
    if ('fault' in record) problems.add(place, record.fault);
    else yield { place, value: record.value };
  }
}

/** A path within the directory; a link that leads out of it is the user's own choice. */
const picturePath = z
  .string()
  .refine((path) => path !== '' && !path.includes('\0'), {
    error: 'expected the path of a picture',
    abort: true,
  })
  .refine((path) => isAbsolute(path) || isInside(path), {
    error: ({ input }) => `expected a path within the directory, found ${quoted(input)}, which leaves it`,
  })
  .refine((path) => !isAbsolute(path), {
    error: ({ input }) => `expected a path from the directory on, found ${quoted(input)}`,
  });

const imageList = z.object({ images: z.array(picturePath).max(limits.images).default([]) });

function itemOf(value: unknown, place: Row['place'], problems: Problems): JudgedItem | undefined {
  try {
    // In a catalog `images` are keys of objects, here they are paths: the rest of the row is the same.
    const { images: _, ...row } = Object(value);
    const { id, content } = parseItemRow(isRecord(value) ? row : value);
    const parsed = imageList.safeParse(value, { reportInput: true });
    if (!parsed.success) throw new TuwenError('invalid_row', describeIssue(parsed.error));
    const { images } = parsed.data;
    const item = { ...content, id, attributes: content.attributes ?? {}, images, ...unused };
    return { line: place.line, item };
  } catch (error) {
    if (!(error instanceof TuwenError)) throw error;
    problems.add(place, error.message);
    return undefined;
  }
}

/** What the catalog keeps of an item for its own ends. */
const unused = { attached: [], implicit: false, revision: 1, createdAt: '', updatedAt: '' };

const grade = z.number().refine((value) => value > 0, { error: 'expected a grade above 0' });
const queryRow = z
  .strictObject({
    text: searchParts.shape.text,
    image: picturePath.optional(),
    against: searchParts.shape.against,
    relevant: z.record(z.string(), grade).refine((grades) => Object.keys(grades).length > 0, {
      error: 'expected the id of a relevant item or more, found none',
    }),
    exclude: z.array(z.string()).default([]),
  })
  .refine(({ text, image }) => (text === undefined) !== (image === undefined), {
    error: ({ input }) =>
      `expected either text or image, found ${'text' in Object(input) ? 'both' : 'neither'}`,
  });

function queryOf(value: unknown, place: Row['place'], problems: Problems): JudgedQuery | undefined {
  const parsed = queryRow.safeParse(value, { reportInput: true });
  if (!parsed.success) {
    problems.add(place, describeIssue(parsed.error));
    return undefined;
  }
  const { text, image, against, relevant, exclude } = parsed.data;
  const sought =
    text === undefined ? { type: 'image' as const, path: image! } : { type: 'text' as const, text };
  const { line } = place;
  return { line, sought, against, relevant: new Map(Object.entries(relevant)), exclude: new Set(exclude) };
}

function checkIds(query: JudgedQuery, items: JudgedSet['items'], place: Place, problems: Problems): void {
  const fields = { relevant: [...query.relevant.keys()], exclude: [...query.exclude] };
  for (const [field, ids] of Object.entries(fields)) {
    const unknown = ids.find((id) => !items.has(id));
    if (unknown !== undefined)
      problems.add(place, `${field}: expected ids of ${itemsFile}, found ${quoted(unknown)}`);
  }
  const both = fields.exclude.find((id) => query.relevant.has(id));
  if (both !== undefined)
    problems.add(place, `exclude: expected ids that are not relevant, found ${quoted(both)}, which is`);
}

export interface PicturePath {
  readonly path: string;
  readonly place: Place;
}

/** Every picture that the set names, as often as it names it. */
export function* picturesOf(
  items: JudgedSet['items'],
  queries: JudgedSet['queries'],
): Generator<PicturePath> {
  for (const { line, item } of items.values())
    for (const path of item.images) yield { path, place: { file: itemsFile, line } };
  for (const { line, sought } of queries)
    if (sought.type === 'image') yield { path: sought.path, place: { file: queriesFile, line } };
}

async function checkPictures(
  directory: string,
  pictures: Iterable<PicturePath>,
  problems: Problems,
): Promise<void> {
  const seen = new Set<string>();
  for (const { path, place } of pictures) {
    if (seen.has(path)) continue;
    seen.add(path);
    if (!(await isFile(join(directory, path))))
      problems.add(place, `expected a picture at ${path}, found no file`);
  }
}

async function isFile(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() ?? false;
}

function isInside(path: string): boolean {
  const from = resolve('/judged');
  const way = relative(from, resolve(from, path));
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`);
}

function isRecord(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const quoted = (value: unknown): string => JSON.stringify(value);
