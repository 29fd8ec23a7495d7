import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createTables } from '../../shared/catalog/create-tables.ts';
import type { TableName } from '../../shared/catalog/tables.ts';

/** A DynamoDB of its own, over HTTP, in memory. */
export interface TestDynamo {
  readonly client: DynamoDBDocumentClient;
  /** How often each operation was called since it was last asked. */
  calls(): Record<string, number>;
  /** New, empty tables. */
  tables(): Promise<Record<TableName, string>>;
  close(): Promise<void>;
}

// It has no types of its own.
const dynalite: (options: { createTableMs: number }) => Server = createRequire(import.meta.url)('dynalite');

export async function startDynamo(): Promise<TestDynamo> {
  const server = dynalite({ createTableMs: 0 });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const base = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  let counts: Record<string, number> = {};
  base.middlewareStack.add(
    (next, { commandName = 'unknown' }) =>
      async (input) => {
        counts[commandName] = (counts[commandName] ?? 0) + 1;
        return next(input);
      },
    { step: 'initialize' },
  );
  const client = DynamoDBDocumentClient.from(base, { marshallOptions: { removeUndefinedValues: true } });
  let prefixes = 0;
  return {
    client,
    calls() {
      const counted = counts;
      counts = {};
      return counted;
    },
    tables: () => createTables(base, `test-${prefixes++}`),
    async close() {
      base.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
