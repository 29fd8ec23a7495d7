import { DeleteCommand, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import { call, conditional, type DynamoOptions, decide, namesIn } from './dynamo.ts';
import type { RunStore } from './run-store.ts';

/** Leases and documents in DynamoDB, table `runs` of tables.ts, told apart by the beginning of their ids. */
export function createDynamoRunStore(options: DynamoOptions): RunStore {
  const { client, table, clock = Date.now, random = Math.random } = options;

  async function read(id: string): Promise<Record<string, unknown> | undefined> {
    const { Item: record } = await call((deadline) =>
      client.send(new GetCommand({ TableName: table, Key: { id }, ConsistentRead: true }), deadline),
    );
    return record && expiring.parse(record).expiresAtMs > clock() ? record : undefined;
  }

  async function holderOf(lease: string): Promise<string | undefined> {
    const record = await read(leaseId(lease));
    return record && leaseRecord.parse(record).owner;
  }

  return {
    acquire(lease, owner, ttlMs) {
      const condition = 'attribute_not_exists(#id) OR #expiresAtMs <= :now OR #owner = :owner';
      return decide(
        `lease ${lease}`,
        async () => {
          const now = clock();
          const taken = await conditional((deadline) =>
            client.send(
              new PutCommand({
                TableName: table,
                Item: { id: leaseId(lease), owner, ...expiry(now + ttlMs) },
                ConditionExpression: condition,
                ExpressionAttributeNames: namesIn(condition),
                ExpressionAttributeValues: { ':now': now, ':owner': owner },
              }),
              deadline,
            ),
          );
          if (taken) return { acquired: true, holder: owner };
          const holder = await holderOf(lease);
          // Given back or run out in between: it can be had now.
          return holder === undefined || holder === owner ? undefined : { acquired: false, holder };
        },
        random,
      );
    },

    async release(lease, owner) {
      const condition = '#owner = :owner';
      await conditional((deadline) =>
        client.send(
          new DeleteCommand({
            TableName: table,
            Key: { id: leaseId(lease) },
            ConditionExpression: condition,
            ExpressionAttributeNames: namesIn(condition),
            ExpressionAttributeValues: { ':owner': owner },
          }),
          deadline,
        ),
      );
    },

    holder: holderOf,

    async read(name) {
      const record = await read(documentId(name));
      return record && JSON.parse(documentRecord.parse(record).document);
    },

    async write(name, value, { ttlMs }) {
      const record = { id: documentId(name), document: JSON.stringify(value), ...expiry(clock() + ttlMs) };
      await call((deadline) => client.send(new PutCommand({ TableName: table, Item: record }), deadline));
    },
  };
}

const expiring = z.object({ expiresAtMs: z.number() });
const leaseRecord = z.object({ owner: z.string() });
const documentRecord = z.object({ document: z.string() });

/** To the millisecond for us, in seconds for DynamoDB's time to live. */
const expiry = (expiresAtMs: number) => ({ expiresAtMs, expiresAt: Math.ceil(expiresAtMs / 1000) });

const leaseId = (lease: string): string => `lease#${lease}`;
const documentId = (name: string): string => `document#${name}`;
