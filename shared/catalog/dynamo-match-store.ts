import { DeleteCommand, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import { call, conditional, type DynamoOptions, namesIn } from './dynamo.ts';
import type { MatchRecord, MatchStore } from './match-store.ts';

/** Matches in DynamoDB, table `matches` of tables.ts. The record itself is JSON: only key, order and expiry count. */
export function createDynamoMatchStore({ client, table, clock = Date.now }: DynamoOptions): MatchStore {
  return {
    async get(key) {
      const { Item: stored } = await call((deadline) =>
        client.send(new GetCommand({ TableName: table, Key: { key }, ConsistentRead: true }), deadline),
      );
      if (!stored) return undefined;
      const record = recordOf(storedMatch.parse(stored).record);
      return record.expiresAtMs > clock() ? record : undefined;
    },

    async put(record) {
      const { key, sequencer, expiresAtMs } = record;
      const condition = 'attribute_not_exists(#key) OR #sequencer <= :sequencer OR #expiresAtMs <= :now';
      const stored = await conditional((deadline) =>
        client.send(
          new PutCommand({
            TableName: table,
            Item: {
              key,
              sequencer,
              expiresAtMs,
              expiresAt: Math.ceil(expiresAtMs / 1000),
              record: JSON.stringify(record),
            },
            ConditionExpression: condition,
            ExpressionAttributeNames: namesIn(condition),
            ExpressionAttributeValues: { ':sequencer': sequencer, ':now': clock() },
          }),
          deadline,
        ),
      );
      return stored !== undefined;
    },

    async delete(key) {
      await call((deadline) => client.send(new DeleteCommand({ TableName: table, Key: { key } }), deadline));
    },
  };
}

const storedMatch = z.object({ record: z.string() });

const matchRecord = z.object({
  key: z.string(),
  etag: z.string(),
  sequencer: z.string(),
  status: z.enum(['done', 'failed']),
  results: z
    .array(
      z.object({
        id: z.string(),
        score: z.number(),
        match: z.number().optional(),
        via: z.enum(['text', 'image']),
      }),
    )
    .optional(),
  error: z.object({ code: z.string(), detail: z.string() }).optional(),
  index: z.object({ version: z.string(), model: z.string(), vectors: z.number() }).optional(),
  expiresAtMs: z.number(),
});

function recordOf(json: string): MatchRecord {
  const { results, error, index, ...rest } = matchRecord.parse(JSON.parse(json));
  return {
    ...rest,
    ...(results !== undefined && { results }),
    ...(error !== undefined && { error }),
    ...(index !== undefined && { index }),
  };
}
