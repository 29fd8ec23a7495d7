import { z } from 'zod';
import { keys } from '../keys.ts';
import type { ObjectStore } from '../objects/object-store.ts';

/** One row that was not imported, or a picture of an imported one that could not be fetched. */
export const importError = z.object({
  line: z.number(),
  id: z.string().exactOptional(),
  code: z.string(),
  detail: z.string(),
});
export type ImportError = z.infer<typeof importError>;

/** `imports/<name>.report.json`, as users read it. */
const importReport = z.object({
  source: z.object({ key: z.string(), etag: z.string() }),
  finishedAt: z.string(),
  imported: z.number(),
  unchanged: z.number(),
  failed: z.number(),
  /** Pictures named by URL that could not be fetched; their rows count as what became of them. */
  picturesFailed: z.number().exactOptional(),
  errors: z.array(importError),
  errorsOmitted: z.number().exactOptional(),
});
export type ImportReport = z.infer<typeof importReport>;

/** More are counted but not listed. */
export const errorsListed = 1000;
const reportBytes = 16 * 1024 * 1024;

export async function writeReport(
  objects: Pick<ObjectStore, 'put'>,
  report: Omit<ImportReport, 'errorsOmitted'>,
): Promise<void> {
  const omitted = report.failed + (report.picturesFailed ?? 0) - report.errors.length;
  const whole: ImportReport = omitted > 0 ? { ...report, errorsOmitted: omitted } : report;
  const body = `${JSON.stringify(whole, undefined, 2)}\n`;
  await objects.put(keys.report(report.source.key), body, { contentType: 'application/json' });
}

/** Whether there is a report of this very object. One of equal content that came earlier is another import. */
export async function isReported(
  objects: Pick<ObjectStore, 'get'>,
  { key, etag, modifiedAt }: { key: string; etag: string; modifiedAt: Date },
): Promise<boolean> {
  const found = await objects.get(keys.report(key), { maxBytes: reportBytes });
  if (!found || found.modifiedAt < modifiedAt) return false;
  try {
    return importReport.parse(JSON.parse(Buffer.from(found.body).toString())).source.etag === etag;
  } catch {
    // Whoever put something else there gets the report that belongs there.
    return false;
  }
}
