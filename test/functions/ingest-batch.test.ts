import type { SQSRecord } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { createIngestBatch } from '../../functions/ingest/batch.ts';
import { createIngestPicture } from '../../shared/ingest-picture.ts';
import { createWorld, normaliseWords } from '../world.ts';

const deadline = { deadlineMs: Number.MAX_SAFE_INTEGER };
const quiet = { info: () => {}, warn: () => {}, error: () => {} };

function openBatch({ isLookupDown = false } = {}) {
  const world = createWorld();
  const lookups: (readonly string[])[] = [];
  const embedded: string[] = [];
  const pictures = {
    ...world.pictures,
    getMany: (keys: readonly string[]) => {
      lookups.push(keys);
      return world.pictures.getMany(keys);
    },
  };
  const handle = createIngestBatch({
    bucket: 'tuwen',
    knownPictures: async (keys) => {
      if (isLookupDown) throw new Error('throttled');
      return pictures.getMany(keys);
    },
    ingestPicture: createIngestPicture({ ...world, pictures, normalise: normaliseWords }),
    embed: async (taken) => {
      embedded.push(...taken.map(({ picture }) => picture.key));
    },
    matchUpload: async () => {},
    maxReceives: 3,
    log: quiet,
  });
  return { world, lookups, embedded, handle };
}

function recordOf({ key, sequencer }: { key: string; sequencer: string }): SQSRecord {
  const object = { key, sequencer };
  const body = {
    source: 'aws.s3',
    'detail-type': 'Object Created',
    detail: { bucket: { name: 'tuwen' }, object },
  };
  const attributes = { ApproximateReceiveCount: '1' };
  return { messageId: `${key} ${sequencer}`, body: JSON.stringify(body), attributes } as SQSRecord;
}

describe('a batch of pictures', () => {
  it('looks up what is known of them all at once', async () => {
    const { world, lookups, embedded, handle } = openBatch();
    const keys = ['catalog/a/1.jpg', 'catalog/a/2.jpg', 'catalog/b/1.jpg'];
    const events = await Promise.all(keys.map((key) => world.upload(key, `words of ${key}`)));
    expect(await handle({ Records: events.map(recordOf) }, deadline)).toEqual({ batchItemFailures: [] });
    expect(lookups).toEqual([keys]);
    expect(embedded.toSorted()).toEqual(keys);
    expect((await world.items.get('a'))?.attached.toSorted()).toEqual(keys.slice(0, 2));
  });

  it('takes in what changed since then', async () => {
    const { world, handle } = openBatch();
    const key = 'catalog/a/1.jpg';
    const first = await world.upload(key, 'red dress');
    await handle({ Records: [recordOf(first)] }, deadline);
    const second = await world.upload(key, 'blue dress');
    await handle({ Records: [recordOf(first), recordOf(second)] }, deadline);
    const { etag } = (await world.objects.head(key))!;
    expect((await world.pictures.getMany([key])).get(key)?.etag).toBe(etag);
  });

  it('goes on one by one where the lookup fails, and past a message that is none', async () => {
    const { world, lookups, handle } = openBatch({ isLookupDown: true });
    const events = [
      await world.upload('catalog/a/1.jpg', 'hat'),
      await world.upload('catalog/b/1.jpg', 'cap'),
    ];
    const broken = { ...recordOf(events[0]!), messageId: 'broken', body: '{}' };
    const { batchItemFailures } = await handle({ Records: [...events.map(recordOf), broken] }, deadline);
    expect(batchItemFailures).toEqual([{ itemIdentifier: 'broken' }]);
    expect(lookups).toHaveLength(2);
    expect(await world.items.get('b')).toBeDefined();
  });
});
