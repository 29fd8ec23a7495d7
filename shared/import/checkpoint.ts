import { z } from 'zod';
import type { RunStore } from '../catalog/run-store.ts';
import { csvColumn } from './csv.ts';
import { type ImportError, importError } from './report.ts';

/** How far an import has come, so that another invocation can go on. */
const checkpoint = z.strictObject({
  /** Which object it is of; another one of the same key begins anew. */
  etag: z.string(),
  modifiedAt: z.string(),
  /** CSV is read twice: first for what its columns hold. */
  phase: z.enum(['columns', 'rows']),
  position: z.strictObject({ offset: z.number(), line: z.number() }),
  columns: z.array(csvColumn),
  imported: z.number(),
  unchanged: z.number(),
  failed: z.number(),
  /** Checkpoints of an earlier version have none. */
  picturesFailed: z.number().default(0),
  /** Parts of the list of errors that were put away, since a record of DynamoDB holds 400 KB. */
  errorParts: z.number(),
  /** The errors after those. */
  errors: z.array(importError),
});
export type Checkpoint = z.infer<typeof checkpoint>;

export interface CheckpointStore {
  /** The last one of this very object. */
  read(object: { etag: string; modifiedAt: Date }): Promise<Checkpoint | undefined>;
  /** Stores it; puts errors away where they have become many. */
  write(checkpoint: Checkpoint): Promise<void>;
  /** All errors in order. */
  errors(checkpoint: Checkpoint): Promise<ImportError[]>;
  forget(): Promise<void>;
}

const keep = { ttlMs: 14 * 24 * 3_600_000 };
export const errorsPerPart = 100;

export function createCheckpointStore(runs: RunStore, key: string): CheckpointStore {
  const name = `import:${key}`;
  const partName = (etag: string, part: number) => `import-errors:${key}:${etag}:${part}`;

  return {
    async read({ etag, modifiedAt }) {
      const parsed = checkpoint.safeParse(await runs.read<unknown>(name));
      if (!parsed.success) return undefined;
      const { data } = parsed;
      return data.etag === etag && data.modifiedAt === modifiedAt.toISOString() ? data : undefined;
    },

    async write(now) {
      while (now.errors.length > errorsPerPart) {
        const part = now.errors.splice(0, errorsPerPart);
        await runs.write(partName(now.etag, now.errorParts), part, keep);
        now.errorParts++;
      }
      await runs.write(name, now, keep);
    },

    async errors({ etag, errorParts, errors }) {
      const found: ImportError[] = [];
      for (let part = 0; part < errorParts; part++)
        found.push(...z.array(importError).parse(await runs.read<unknown>(partName(etag, part))));
      return [...found, ...errors];
    },

    async forget() {
      await runs.write(name, null, { ttlMs: 1 });
    },
  };
}
