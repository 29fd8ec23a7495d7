import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import type { Picture } from '../item.ts';
import { conditional, type DynamoOptions, namesIn, readAll, writeAll } from './dynamo.ts';
import type { PictureStore } from './picture-store.ts';

/** What is known of pictures, in DynamoDB, table `pictures` of tables.ts. */
export function createDynamoPictureStore(options: DynamoOptions): PictureStore {
  const { client, table } = options;
  return {
    async getMany(keys) {
      const records = await readAll(options, 'key', keys);
      return new Map(records.map((record) => pictureOf(record)).map((picture) => [picture.key, picture]));
    },

    async put(picture) {
      const absent = 'attribute_not_exists(#key)';
      const told = picture.sequencer !== '';
      const condition = told ? `${absent} OR #sequencer <= :sequencer` : absent;
      const stored = await conditional((deadline) =>
        client.send(
          new PutCommand({
            TableName: table,
            Item: { ...picture },
            ConditionExpression: condition,
            ExpressionAttributeNames: namesIn(condition),
            ...(told && { ExpressionAttributeValues: { ':sequencer': picture.sequencer } }),
          }),
          deadline,
        ),
      );
      return stored !== undefined;
    },

    async delete(keys) {
      const requests = [...new Set(keys)].map((key) => ({ DeleteRequest: { Key: { key } } }));
      await writeAll(options, requests);
    },

    async forgetObject(key) {
      const condition = '#etag <> :none';
      await conditional((deadline) =>
        client.send(
          new DeleteCommand({
            TableName: table,
            Key: { key },
            ConditionExpression: condition,
            ExpressionAttributeNames: namesIn(condition),
            ExpressionAttributeValues: { ':none': '' },
          }),
          deadline,
        ),
      );
    },
  };
}

const pictureRecord = z.object({
  key: z.string(),
  etag: z.string(),
  sequencer: z.string(),
  hash: z.string().optional(),
  width: z.number().optional(),
  height: z.number().optional(),
  error: z.object({ code: z.string(), detail: z.string() }).optional(),
});

function pictureOf(record: unknown): Picture {
  const { key, etag, sequencer, hash, width, height, error } = pictureRecord.parse(record);
  return {
    key,
    etag,
    sequencer,
    ...(hash !== undefined && { hash }),
    ...(width !== undefined && { width }),
    ...(height !== undefined && { height }),
    ...(error !== undefined && { error }),
  };
}
