import { DeleteCommand, GetCommand, ScanCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import pLimit from 'p-limit';
import { type Item, type ItemContent, limits, picturesOf } from '../item.ts';
import {
  call,
  conditional,
  type DynamoOptions,
  type DynamoRecord,
  decide,
  namesIn,
  readAll,
} from './dynamo.ts';
import {
  type ItemRecord,
  itemOf,
  itemRecord,
  itemsOf,
  pendingRecord,
  type SeenRecord,
} from './dynamo-item-record.ts';
import { sameContent, tooManyPictures } from './item-content.ts';
import type { ItemStore, PendingItem } from './item-store.ts';
import { decodePageCursor, encodePageCursor } from './page-cursor.ts';
import { pendingIndex } from './tables.ts';

const unmarkAtOnce = 32;

/**
 * Items in DynamoDB, table `items` of tables.ts. `attached` is a set that grows and shrinks in place, so
 * that pictures arriving at once don't overwrite each other; everything else is written on the condition
 * that the revision is the one that was read. Reads are consistent: a deleted item is gone at once.
 */
export function createDynamoItemStore(options: DynamoOptions): ItemStore {
  const { client, table, clock = Date.now, random = Math.random } = options;
  const now = () => new Date(clock()).toISOString();

  async function read(id: string): Promise<ItemRecord | undefined> {
    const { Item: record } = await call((deadline) =>
      client.send(new GetCommand({ TableName: table, Key: { id }, ConsistentRead: true }), deadline),
    );
    return record && itemRecord.parse(record);
  }

  /** One conditional write of one record; undefined when the condition did not hold, else what is there now. */
  async function update(
    id: string,
    expression: string,
    condition: string,
    values: Record<string, unknown>,
  ): Promise<ItemRecord | undefined> {
    const reply = await conditional((deadline) =>
      client.send(
        new UpdateCommand({
          TableName: table,
          Key: { id },
          UpdateExpression: expression,
          ConditionExpression: condition,
          ExpressionAttributeNames: namesIn(expression, condition),
          ExpressionAttributeValues: values,
          ReturnValues: 'ALL_NEW',
        }),
        deadline,
      ),
    );
    return reply && itemRecord.parse(reply.Attributes);
  }

  /** Writes the whole description of an item where the record is still the one seen. */
  async function describe(
    id: string,
    seen: SeenRecord | undefined,
    { title, description, attributes = {}, images = [] }: ItemContent,
    { implicit, attached }: { implicit: boolean; attached?: string },
  ): Promise<Item | undefined> {
    const at = now();
    const sets = [
      '#title = :title',
      '#attributes = :attributes',
      '#images = :images',
      '#implicit = :implicit',
      '#revision = :revision',
      '#createdAt = :createdAt',
      '#updatedAt = :at',
      '#pendingId = :id',
      ...(description === undefined ? [] : ['#description = :description']),
      ...(attached === undefined ? [] : ['#attached = :attached']),
    ];
    const removed = ['#deletedAt', ...(description === undefined ? ['#description'] : [])];
    const record = await update(
      id,
      `SET ${sets.join(', ')} REMOVE ${removed.join(', ')}`,
      seen ? '#revision = :seen' : 'attribute_not_exists(#id)',
      {
        ':title': title,
        ':attributes': JSON.stringify(attributes),
        ':images': images,
        ':implicit': implicit,
        ':revision': (seen?.revision ?? 0) + 1,
        ':createdAt': (seen && !seen.deletedAt && seen.createdAt) || at,
        ':at': at,
        ':id': id,
        ...(description !== undefined && { ':description': description }),
        ...(attached !== undefined && { ':attached': new Set([attached]) }),
        ...(seen && { ':seen': seen.revision }),
      },
    );
    return record && itemOf(record);
  }

  /** Leaves a tombstone where the condition holds. False when it did not. */
  async function bury(id: string, condition: string, values: Record<string, unknown>): Promise<boolean> {
    const buried = await update(
      id,
      'SET #deletedAt = :at, #updatedAt = :at, #pendingId = :id ADD #revision :one ' +
        'REMOVE #title, #description, #attributes, #images, #attached, #implicit',
      condition,
      { ':at': now(), ':id': id, ':one': 1, ...values },
    );
    return buried !== undefined;
  }

  async function scan(
    input: { index?: string; limit?: number; count?: boolean; filter?: string },
    after: DynamoRecord | undefined,
  ) {
    const { index, limit, count, filter } = input;
    return call((deadline) =>
      client.send(
        new ScanCommand({
          TableName: table,
          // An index is only ever eventually consistent.
          ...(index ? { IndexName: index } : { ConsistentRead: true }),
          ...(limit !== undefined && Number.isFinite(limit) && { Limit: limit }),
          ...(count && { Select: 'COUNT' }),
          ...(filter && { FilterExpression: filter, ExpressionAttributeNames: namesIn(filter) }),
          ...(after && { ExclusiveStartKey: after }),
        }),
        deadline,
      ),
    );
  }

  async function listPending(): Promise<PendingItem[]> {
    const found: PendingItem[] = [];
    let after: DynamoRecord | undefined;
    do {
      const reply = await scan({ index: pendingIndex.name }, after);
      for (const record of reply.Items ?? []) {
        const { id, revision, deletedAt } = pendingRecord.parse(record);
        found.push({ id, revision, deleted: deletedAt !== undefined });
      }
      after = reply.LastEvaluatedKey;
    } while (after);
    return found;
  }

  /** Without those that the index shows changed: a read for many writes that would fail. What it lacks may be late. */
  async function stillPending(items: readonly PendingItem[]): Promise<readonly PendingItem[]> {
    if (items.length <= unmarkAtOnce) return items;
    const revisions = new Map((await listPending()).map(({ id, revision }) => [id, revision]));
    return items.filter(({ id, revision }) => (revisions.get(id) ?? 0) <= revision);
  }

  return {
    async get(id) {
      const record = await read(id);
      return record && itemOf(record);
    },

    async getMany(ids) {
      const found = new Map<string, Item>();
      for (const record of await readAll(options, 'id', ids)) {
        const item = itemOf(itemRecord.parse(record));
        if (item) found.set(item.id, item);
      }
      return found;
    },

    put(id, content, known) {
      // That nothing is to be written must not rest on what may be out of date.
      let isFirst = known !== undefined && !(known.known && sameContent(known.known, content));
      return decide(
        `item ${id}`,
        async () => {
          const record = isFirst ? undefined : await read(id);
          const before = isFirst ? known?.known : record && itemOf(record);
          const seen = isFirst ? before : record;
          isFirst = false;
          if (before && !before.implicit && sameContent(before, content))
            return { item: before, outcome: 'unchanged' as const };
          const item = await describe(id, seen, content, { implicit: false });
          const outcome = before && !before.implicit ? ('updated' as const) : ('created' as const);
          return item && { item, outcome };
        },
        random,
      );
    },

    delete(id) {
      return bury(id, 'attribute_exists(#id) AND attribute_not_exists(#deletedAt)', {});
    },

    attach(id, key) {
      return decide(
        `item ${id}`,
        async () => {
          const attached = await update(
            id,
            'SET #updatedAt = :at, #pendingId = :id ADD #attached :keys, #revision :one',
            'attribute_exists(#id) AND attribute_not_exists(#deletedAt) AND (attribute_not_exists(#attached) ' +
              'OR contains(#attached, :key) OR size(#attached) < :most)',
            {
              ':at': now(),
              ':id': id,
              ':keys': new Set([key]),
              ':key': key,
              ':one': 1,
              ':most': limits.attached,
            },
          );
          if (attached) return { created: false };
          const seen = await read(id);
          const before = seen && itemOf(seen);
          if (before && before.attached.length >= limits.attached && !before.attached.includes(key))
            throw tooManyPictures(id);
          if (before) return undefined;
          const item = await describe(id, seen, { title: id }, { implicit: true, attached: key });
          return item && { created: true };
        },
        random,
      );
    },

    async detach(id, key) {
      await decide(
        `item ${id}`,
        async () => {
          const seen = await read(id);
          const before = seen && itemOf(seen);
          if (!before?.attached.includes(key)) return true;
          if (before.implicit && before.attached.length === 1)
            return (await bury(id, '#revision = :seen', { ':seen': before.revision })) || undefined;
          return update(
            id,
            'SET #updatedAt = :at, #pendingId = :id ADD #revision :one DELETE #attached :keys',
            // The last picture of an implicit item is no matter of removing it from the set.
            'contains(#attached, :key) AND (#implicit = :false OR size(#attached) > :one)',
            {
              ':at': now(),
              ':id': id,
              ':keys': new Set([key]),
              ':key': key,
              ':one': 1,
              ':false': false,
            },
          );
        },
        random,
      );
    },

    drop(id, key) {
      return decide(
        `item ${id}`,
        async () => {
          const seen = await read(id);
          const before = seen && itemOf(seen);
          if (!before || !picturesOf(before).includes(key)) return false;
          const { revision } = before;
          if (before.implicit && before.attached.length === 1)
            return (await bury(id, '#revision = :seen', { ':seen': revision })) || undefined;
          const isAttached = before.attached.includes(key);
          const written = await update(
            id,
            'SET #images = :images, #updatedAt = :at, #pendingId = :id ADD #revision :one' +
              (isAttached ? ' DELETE #attached :keys' : ''),
            '#revision = :seen',
            {
              ':images': before.images.filter((other) => other !== key),
              ':at': now(),
              ':id': id,
              ':one': 1,
              ':seen': revision,
              ...(isAttached && { ':keys': new Set([key]) }),
            },
          );
          return written && true;
        },
        random,
      );
    },

    async page({ limit, cursor }) {
      let after: DynamoRecord | undefined =
        cursor === undefined ? undefined : { id: decodePageCursor(cursor) };
      const items: Item[] = [];
      // One more than asked for tells whether this is the last page.
      do {
        const reply = await scan({ limit: limit + 1 - items.length, filter: alive }, after);
        items.push(...itemsOf(reply.Items));
        after = reply.LastEvaluatedKey;
      } while (after && items.length <= limit);
      const shown = items.slice(0, limit);
      const last = shown.at(-1);
      return items.length > limit && last ? { items: shown, cursor: encodePageCursor(last.id) } : { items };
    },

    async *all() {
      let after: DynamoRecord | undefined;
      do {
        const reply = await scan({ filter: alive }, after);
        const items = itemsOf(reply.Items);
        if (items.length > 0) yield items;
        after = reply.LastEvaluatedKey;
      } while (after);
    },

    async countPending(atMost = Number.POSITIVE_INFINITY) {
      let count = 0;
      let after: DynamoRecord | undefined;
      do {
        const reply = await scan({ index: pendingIndex.name, count: true, limit: atMost - count }, after);
        count += reply.Count ?? 0;
        after = reply.LastEvaluatedKey;
      } while (after && count < atMost);
      return count;
    },

    pending: listPending,

    async published(items) {
      const limit = pLimit(unmarkAtOnce);
      await Promise.all(
        (await stillPending(items)).map(({ id, revision, deleted }) =>
          limit(async () => {
            const target = { TableName: table, Key: { id } };
            const condition = `#revision = :seen AND ${deleted ? 'attribute_exists' : 'attribute_not_exists'}(#deletedAt)`;
            const common = {
              ...target,
              ConditionExpression: condition,
              ExpressionAttributeValues: { ':seen': revision },
            };
            const unmark = 'REMOVE #pendingId';
            await conditional<unknown>((deadline) =>
              deleted
                ? client.send(
                    new DeleteCommand({ ...common, ExpressionAttributeNames: namesIn(condition) }),
                    deadline,
                  )
                : client.send(
                    new UpdateCommand({
                      ...common,
                      UpdateExpression: unmark,
                      ExpressionAttributeNames: namesIn(condition, unmark),
                    }),
                    deadline,
                  ),
            );
          }),
        ),
      );
    },
  };
}

const alive = 'attribute_not_exists(#deletedAt)';
