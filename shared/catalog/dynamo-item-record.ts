import { z } from 'zod';
import { compareUtf8, type Item } from '../item.ts';
import type { DynamoRecord } from './dynamo.ts';

/** What a record holds; of a tombstone only id, revision and times. */
export const itemRecord = z.object({
  id: z.string(),
  title: z.string().optional(),
  description: z.string().optional(),
  /** JSON, because DynamoDB's numbers are not those of JavaScript. */
  attributes: z.string().optional(),
  images: z.array(z.string()).optional(),
  attached: z.set(z.string()).optional(),
  implicit: z.boolean().optional(),
  revision: z.number(),
  createdAt: z.string(),
  updatedAt: z.string(),
  deletedAt: z.string().optional(),
});
export type ItemRecord = z.infer<typeof itemRecord>;
/** What a write depends on; an item that was read is such a record, too. */
export type SeenRecord = Pick<ItemRecord, 'revision' | 'createdAt' | 'deletedAt'>;

/** What the index of pending items holds. */
export const pendingRecord = z.object({
  id: z.string(),
  revision: z.number(),
  deletedAt: z.string().optional(),
});

const attributesRecord = z.record(
  z.string(),
  z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]),
);

export function itemsOf(records: readonly DynamoRecord[] = []): Item[] {
  return records.map((record) => itemOf(itemRecord.parse(record))).filter((item) => item !== undefined);
}

/** The item, or undefined of a tombstone. */
export function itemOf(record: ItemRecord): Item | undefined {
  if (record.deletedAt !== undefined) return undefined;
  const { id, title = id, description, attributes = '{}', images = [], attached = [] } = record;
  const { implicit = false, revision, createdAt, updatedAt } = record;
  return {
    id,
    title,
    ...(description !== undefined && { description }),
    attributes: attributesRecord.parse(JSON.parse(attributes)),
    images,
    attached: [...attached].sort(compareUtf8),
    implicit,
    revision,
    createdAt,
    updatedAt,
  };
}
