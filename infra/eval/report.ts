import type { Estimate } from '../../shared/evaluation/bootstrap.ts';
import type { EmbedderName } from './embedders.ts';
import { confidence, type Figure, type Group, resamples } from './measure.ts';
import { rankingDepth } from './rank-queries.ts';

/** What `--json` writes. */
export interface Report {
  readonly set: {
    readonly items: number;
    /** Distinct files. */
    readonly pictures: number;
    readonly queries: number;
    /** Picture queries that may find an item by the very picture that they are. */
    readonly selfMatchingQueries: number;
  };
  readonly bootstrap: { readonly seed: number; readonly resamples: number; readonly confidence: number };
  readonly rankingDepth: number;
  readonly runs: readonly Run[];
}

/** One embedder on the set. */
export interface Run {
  readonly embedder: EmbedderName;
  readonly model: string;
  readonly dimensions: number;
  /** Rows of the index: one for each text and each picture. */
  readonly vectors: number;
  /** Texts and pictures of items that the model would not take. */
  readonly refused: number;
  readonly seconds: { readonly items: number; readonly queries: number };
  readonly groups: readonly Group[];
}

export function createReport(set: Report['set'], seed: number, runs: readonly Run[]): Report {
  return { set, bootstrap: { seed, resamples, confidence }, rankingDepth, runs };
}

/** The report for people: one block a group, one row a measure, one column an embedder. */
export function formatReport({ set, bootstrap, runs }: Report): string {
  const head = [
    `${count(set.items, 'item')}, ${count(set.pictures, 'picture')}, ${count(set.queries, 'query')}; ` +
      `in brackets ${bootstrap.confidence * 100} % intervals (bootstrap, seed ${bootstrap.seed})`,
    ...runs.map(describeRun),
    ...(set.selfMatchingQueries > 0 ? [warnOfThemselves(set.selfMatchingQueries)] : []),
  ];
  const blocks = runs[0]!.groups
    .filter((group, _, all) => isShown(group, all))
    .map((group) => {
      const at = runs[0]!.groups.indexOf(group);
      return formatGroup(runs.map(({ embedder, groups }) => ({ embedder, group: groups[at]! })));
    });
  return `${[head.join('\n'), ...blocks].join('\n\n')}\n`;
}

function describeRun({ embedder, model, dimensions, vectors, refused, seconds }: Run): string {
  const left = refused > 0 ? `; ${refused} of the items' texts and pictures it would not take` : '';
  const time = (seconds.items + seconds.queries).toFixed(0);
  return `${embedder}: ${model}, ${dimensions} dimensions, ${count(vectors, 'vector')}, embedded in ${time} s${left}`;
}

function warnOfThemselves(queries: number): string {
  return `note: ${count(queries, 'picture query')} found by the very picture of an item; "exclude" leaves that item out`;
}

/** All languages together say nothing new where there is only one. */
function isShown(group: Group, all: readonly Group[]): boolean {
  if (group.query === 'image' || group.language) return true;
  const parts = all.filter(
    ({ query, against, language }) => language && query === group.query && against === group.against,
  );
  return parts.length > 1;
}

type Column = { readonly embedder: EmbedderName; readonly group: Group };

function formatGroup(columns: readonly Column[]): string {
  const { query, against, language, queries, severalRelevant, figures } = columns[0]!.group;
  const title = `${query} → ${against}${language ? `, ${language}` : ''}: ${count(queries, 'query')}`;
  const rows = figures
    .map((_, row) => columns.map(({ group }) => group.figures[row]!))
    .filter(([figure]) => severalRelevant || !figure!.measure.startsWith('hit@'));
  const table = [
    ['', 'at most', ...columns.map(({ embedder }) => embedder)],
    ...rows.map((row) => [labelOf(row[0]!, queries), capOf(row[0]!), ...row.map(cellOf)]),
  ];
  const widths = table[0]!.map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
  const lines = table.map((row) =>
    row
      .map((cell, column) => (column === 1 ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!)))
      .join('  '),
  );
  return [title, ...lines.map((line) => `  ${line}`.trimEnd())].join('\n');
}

function labelOf(figure: Figure, queries: number): string {
  return figure.queries === queries
    ? figure.measure
    : `${figure.measure} (${count(figure.queries, 'query')})`;
}

function capOf({ cap }: Figure): string {
  return cap === undefined ? '' : cap.toFixed(3);
}

function cellOf({ difference, ...own }: Figure): string {
  const cell = `${own.mean.toFixed(3)} ${intervalOf(own, (value) => value.toFixed(3))}`;
  if (!difference) return cell;
  return `${cell}  ${signed(difference.mean)} ${intervalOf(difference, signed)}`;
}

function intervalOf({ low, high }: Estimate, format: (value: number) => string): string {
  return `[${format(low)}, ${format(high)}]`;
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`;
}

function count(number: number, noun: string): string {
  const plural = noun.endsWith('query') ? noun.replace(/y$/, 'ies') : `${noun}s`;
  return `${number.toLocaleString('en')} ${number === 1 ? noun : plural}`;
}
