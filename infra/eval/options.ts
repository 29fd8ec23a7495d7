import { parseArgs } from 'node:util';
import { type EmbedderName, embedderNames } from './embedders.ts';
import { EvaluationError } from './problems.ts';

export interface EvalOptions {
  readonly directory: string;
  /** Absent: the one that TUWEN_EMBEDDER names. */
  readonly embedders: readonly EmbedderName[] | undefined;
  /** Absent: those of `defaultAttributes` that items have. */
  readonly attributes: readonly string[] | undefined;
  readonly seed: number;
  readonly json: string | undefined;
}

export const defaultAttributes = ['type', 'colour'];

export const help = `npm run eval -- <dir> [options]

Retrieval quality of an embedder on a set of which you say what should be found.

  <dir>/items.jsonl    a row of an import a line; images are paths within <dir>:
                       {"id": "shoe-1", "title": "Red shoe", "attributes": {"type": "shoe"}, "images": ["shoe-1.jpg"]}
  <dir>/queries.jsonl  {"text" or "image", "against"?, "relevant": {"<id>": grade}, "exclude"?: ["<id>"]} a line:
                       {"text": "red shoe", "against": "image", "relevant": {"shoe-1": 1}}
                       {"image": "shoe-1.jpg", "against": "image", "relevant": {"shoe-2": 1}, "exclude": ["shoe-1"]}

  --embedder <names>   ${embedderNames.join(', ')}; several, parted by commas, are compared with the first.
                       Default TUWEN_EMBEDDER; settings of each as for npm start
  --by <attributes>    precision@10 by these attributes; default ${defaultAttributes.join(',')}; type+colour: by both at once
  --seed <number>      of the bootstrap intervals; default 1
  --json <file>        writes everything there too
  --help

  DASHSCOPE_API_KEY=… npm run eval -- judged --embedder builtin,dashscope --json figures.json
`;

/**
 * @returns undefined where help is asked for
 * @throws EvaluationError in one line
 */
export function readOptions(args: readonly string[]): EvalOptions | undefined {
  const { values, positionals } = parse(args);
  if (values.help) return undefined;
  const [directory, ...more] = positionals;
  if (!directory || more.length > 0)
    throw new EvaluationError(
      `expected one directory: npm run eval -- <dir>; found ${positionals.length || 'none'}`,
    );
  return {
    directory,
    embedders:
      values.embedder === undefined ? undefined : namesOf('--embedder', values.embedder).map(embedderNamed),
    attributes: values.by === undefined ? undefined : namesOf('--by', values.by),
    seed: seedOf(values.seed),
    json: values.json,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        embedder: { type: 'string' },
        by: { type: 'string' },
        seed: { type: 'string', default: '1' },
        json: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new EvaluationError(error instanceof Error ? error.message.replaceAll(/\s+/g, ' ') : String(error));
  }
}

function namesOf(option: string, list: string): string[] {
  const names = list.split(',').map((name) => name.trim());
  if (names.includes('') || new Set(names).size < names.length)
    throw new EvaluationError(
      `${option}: expected distinct names parted by commas, found ${JSON.stringify(list)}`,
    );
  return names;
}

function embedderNamed(name: string): EmbedderName {
  const known = embedderNames.find((one) => one === name);
  if (known) return known;
  throw new EvaluationError(
    `--embedder: expected ${embedderNames.join(', ')}, found ${JSON.stringify(name)}`,
  );
}

function seedOf(text: string): number {
  const seed = Number(text);
  if (/^\d+$/.test(text) && seed < 2 ** 32) return seed;
  throw new EvaluationError(
    `--seed: expected a whole number from 0 to ${2 ** 32 - 1}, found ${JSON.stringify(text)}`,
  );
}
