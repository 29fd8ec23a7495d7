import { errorsListed } from '../../shared/import/report.ts';

export interface ImportFault {
  /** Absent where it is about a picture that no row names. */
  readonly line?: number;
  readonly id?: string;
  /** Where it is about a picture: as the row names it. */
  readonly picture?: string;
  readonly code: string;
  readonly detail: string;
}

/** What an import has come to; also the JSON that it prints. */
export interface ImportReport {
  readonly source: string;
  readonly rows: { created: number; updated: number; unchanged: number; doneBefore: number; failed: number };
  readonly pictures: { uploaded: number; doneBefore: number; failed: number };
  readonly errors: ImportFault[];
  errorsOmitted?: number;
}

export function createReport(source: string): ImportReport {
  return {
    source,
    rows: { created: 0, updated: 0, unchanged: 0, doneBefore: 0, failed: 0 },
    pictures: { uploaded: 0, doneBefore: 0, failed: 0 },
    errors: [],
  };
}

/** Counts it; lists it too, while there is room. */
export function addFault(report: ImportReport, fault: ImportFault): void {
  if (fault.picture === undefined) report.rows.failed++;
  else report.pictures.failed++;
  if (report.errors.length < errorsListed) report.errors.push(fault);
  else report.errorsOmitted = (report.errorsOmitted ?? 0) + 1;
}

/** `catalog.jsonl:7: sku-7: front.jpg: the JPEG is cut off`. */
export function faultText(source: string, { line, id, picture, detail }: ImportFault): string {
  return [
    line === undefined ? source : `${source}:${line}`,
    ...(id ? [id] : []),
    ...(picture ? [picture] : []),
    detail,
  ].join(': ');
}

export function summaryOf({ rows, pictures }: ImportReport): string[] {
  const told = (counts: Record<string, number>, words: Record<string, string>) =>
    Object.entries(words)
      .filter(([name]) => counts[name])
      .map(([name, word]) => `${counts[name]} ${word}`)
      .join(', ') || 'none';
  const before = 'done before';
  return [
    `rows: ${told(rows, { created: 'created', updated: 'updated', unchanged: 'unchanged', doneBefore: before, failed: 'failed' })}`,
    `pictures: ${told(pictures, { uploaded: 'uploaded', doneBefore: before, failed: 'failed' })}`,
  ];
}
