import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { embedderOf } from '../../infra/eval/embedders.ts';
import { embedInTurn } from './embed-in-turn.ts';
import { createUniform } from './random.ts';
import { writeEmbeddings } from './real-set.ts';

/**
 * Embeds all distinct pictures and texts of sets of your own, as the product embeds a catalog, into a directory
 * that `TUWEN_REAL_DIR` then names to the benches and tests:
 *
 * `npx tsx test/bench/embed-set.ts <directory> --set '<rows.jsonl>|<picture>|<text>|<text>…' [--set …]
 * [--query '<rows.jsonl>|<text>…']`
 *
 * `picture` and `text` are templates over a row of the JSONL file, such as `pictures/{id}.jpg` (a path beside
 * the file; may be empty) and `{name}`; a row that lacks a field is passed over. `--query` gives texts that are
 * only asked. What is there is written every few thousand rows, in seeded order: so a part is a sample of it.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    set: { type: 'string', multiple: true, default: [] },
    query: { type: 'string', multiple: true, default: [] },
  },
});
const [directory] = positionals;
if (directory === undefined || values.set.length === 0)
  throw new Error(
    `expected a directory and --set 'rows.jsonl|picture|text…', found ${process.argv.slice(2).join(' ')}`,
  );

const pictures = new Set<string>();
const texts = new Set<string>();
const queries = new Set<string>();
for (const set of values.set) {
  const [file = '', picture = '', ...templates] = set.split('|');
  for (const row of await rowsOf(file)) {
    const path = filled(picture, row);
    if (path) pictures.add(join(dirname(file), path));
    for (const template of templates) add(texts, filled(template, row));
  }
}
for (const query of values.query) {
  const [file = '', ...templates] = query.split('|');
  for (const row of await rowsOf(file)) for (const template of templates) add(queries, filled(template, row));
}

await mkdir(directory, { recursive: true });
const embedder = await embedderOf('builtin', {}).open();
const found = await embedInTurn(embedder, {
  pictures: await distinctFiles(shuffled(pictures, 1)),
  texts: shuffled(texts, 2),
  queries: shuffled(queries, 3),
  async onPart(part, done, total) {
    await save(part);
    console.log(`${done} of ${total}`);
  },
});
await save(found);
console.log(`${found.images.length} pictures, ${found.texts.length} texts, ${found.queries.length} queries`);

async function save(part: typeof found): Promise<void> {
  const file = join(directory!, 'real.safetensors');
  await writeFile(`${file}.part`, writeEmbeddings(part, embedder));
  await rename(`${file}.part`, file);
}

async function rowsOf(file: string): Promise<Record<string, unknown>[]> {
  const lines = (await readFile(file, 'utf8')).split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line));
}

/** Undefined where a field is missing or null. */
function filled(template: string, row: Record<string, unknown>): string | undefined {
  let isWhole = template !== '';
  const text = template.replace(/\{(\w+)\}/g, (_, name) => {
    isWhole &&= row[name] !== undefined && row[name] !== null;
    return String(row[name]);
  });
  return isWhole ? text : undefined;
}

function add(into: Set<string>, text: string | undefined): void {
  if (text) into.add(text);
}

/** The same picture often stands under several names. */
async function distinctFiles(paths: readonly string[]): Promise<string[]> {
  const byHash = new Map<string, string>();
  for (const path of paths)
    byHash.set(
      createHash('sha256')
        .update(await readFile(path))
        .digest('hex'),
      path,
    );
  return [...byHash.values()];
}

function shuffled(values: Iterable<string>, seed: number): string[] {
  const uniform = createUniform(seed);
  const all = [...values].sort();
  for (let i = all.length - 1; i > 0; i--) {
    const j = Math.floor(uniform() * (i + 1));
    [all[i], all[j]] = [all[j]!, all[i]!];
  }
  return all;
}
