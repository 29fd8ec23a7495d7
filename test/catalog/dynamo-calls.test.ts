import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDynamoEmbeddingStore } from '../../shared/catalog/dynamo-embedding-store.ts';
import { createDynamoItemStore } from '../../shared/catalog/dynamo-item-store.ts';
import { createDynamoRunStore } from '../../shared/catalog/dynamo-run-store.ts';
import { startDynamo, type TestDynamo } from './dynalite.ts';

describe('what the items cost', { timeout: 30_000 }, () => {
  let dynamo: TestDynamo;
  beforeAll(async () => {
    dynamo = await startDynamo();
  });
  afterAll(() => dynamo.close());

  it('reads the index alone, once, to see that nothing is pending', async () => {
    const items = await itemStore();
    await items.put('a', { title: 'A' });
    await items.published(await items.pending());
    dynamo.calls();
    expect(await items.countPending(1)).toBe(0);
    expect(dynamo.calls()).toEqual({ ScanCommand: 1 });
  });

  it('writes nothing when the same is put again', async () => {
    const items = await itemStore();
    await items.put('a', { title: 'A' });
    dynamo.calls();
    await items.put('a', { title: 'A' });
    expect(dynamo.calls()).toEqual({ GetItemCommand: 1 });
  });

  it('puts an item that its caller has just read, or found missing, with one write and no read', async () => {
    const items = await itemStore();
    const { item } = await items.put('a', { title: 'A' }, { known: undefined });
    await items.put('a', { title: 'B' }, { known: item });
    expect(dynamo.calls()).toEqual({ UpdateItemCommand: 2 });
  });

  it('attaches a picture of a known item, and deletes an item, with one write and no read', async () => {
    const items = await itemStore();
    await items.put('a', { title: 'A' });
    dynamo.calls();
    await items.attach('a', 'catalog/a/1');
    await items.delete('a');
    expect(dynamo.calls()).toEqual({ UpdateItemCommand: 2 });
  });

  it('looks again before it unmarks many, and writes for none that changed meanwhile', async () => {
    const items = await itemStore();
    const ids = Array.from({ length: 40 }, (_, i) => `i${i}`);
    for (const id of ids) await items.put(id, { title: id });
    const pending = await items.pending();
    for (const id of ids.slice(0, 30)) await items.attach(id, `catalog/${id}/1`);
    dynamo.calls();
    await items.published(pending);
    expect(dynamo.calls()).toEqual({ ScanCommand: 1, UpdateItemCommand: 10 });
    expect(await items.countPending()).toBe(30);
  });

  it('reads a hundred items a call', async () => {
    const items = await itemStore();
    await items.getMany(Array.from({ length: 230 }, (_, i) => `i${i}`));
    expect(dynamo.calls()).toEqual({ BatchGetItemCommand: 3 });
  });

  async function itemStore() {
    const { items: table } = await dynamo.tables();
    dynamo.calls();
    return createDynamoItemStore({ client: dynamo.client, table });
  }
});

describe('a DynamoDB that is in trouble', { timeout: 30_000 }, () => {
  it('is asked again for the keys that it left out', async () => {
    const asked: number[] = [];
    const { client, close } = await answering((_, body) => {
      const { Keys: keys } = JSON.parse(body).RequestItems.t;
      asked.push(keys.length);
      const done = keys.slice(0, 40).map((key: object) => ({
        ...key,
        vector: { B: 'AQA=' },
        expiresAt: { N: '99999999999' },
      }));
      const left = keys.slice(40);
      return {
        body: {
          Responses: { t: done },
          UnprocessedKeys: left.length > 0 ? { t: { Keys: left, ConsistentRead: true } } : {},
        },
      };
    });
    const store = createDynamoEmbeddingStore({ client, table: 't', random: () => 0 });
    const found = await store.getMany(
      'm',
      Array.from({ length: 100 }, (_, i) => `text:${i}` as const),
    );
    expect(found.size).toBe(100);
    expect(asked).toEqual([100, 60, 20]);
    await close();
  });

  it('is not asked for ever when it does nothing at all', async () => {
    let calls = 0;
    const { client, close } = await answering((_, body) => {
      calls++;
      return { body: { UnprocessedItems: JSON.parse(body).RequestItems } };
    });
    const store = createDynamoEmbeddingStore({ client, table: 't', random: () => 0 });
    await expect(store.putMany('m', new Map([['text:1', Uint16Array.of(1)]]))).rejects.toMatchObject({
      code: 'internal',
      retryable: true,
    });
    expect(calls).toBeLessThanOrEqual(10);
    await close();
  });

  it.each([
    ['throttles', 400, 'ProvisionedThroughputExceededException', true],
    ['breaks down', 500, 'InternalServerError', true],
    ['refuses what we ask', 400, 'ValidationException', false],
    ['does not let us in', 400, 'AccessDeniedException', false],
  ])('tells whether trying again can help: %s', async (_, status, type, retryable) => {
    const { client, close } = await answering(() => ({ status, body: { __type: type, message: 'secret' } }));
    const fault = await createDynamoRunStore({ client, table: 't' })
      .holder('x')
      .catch((error: unknown) => error);
    expect(fault).toMatchObject({ name: 'TuwenError', code: 'internal', retryable });
    expect(String(fault)).not.toContain('secret');
    await close();
  });

  it('that cannot be reached is worth trying again', async () => {
    const { client, close } = await answering(() => ({ body: {} }));
    await close();
    const store = createDynamoRunStore({ client, table: 't' });
    await expect(store.holder('x')).rejects.toMatchObject({ code: 'internal', retryable: true });
  });
});

type Answer = (operation: string, body: string) => { status?: number; body: object };

/** A server that speaks just enough of the protocol. */
async function answering(answer: Answer) {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const operation = String(request.headers['x-amz-target']);
    const { status = 200, body } = answer(operation, Buffer.concat(chunks).toString());
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const base = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 2,
  });
  return {
    client: DynamoDBDocumentClient.from(base),
    async close() {
      base.destroy();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
