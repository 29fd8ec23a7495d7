import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { TuwenError } from '../error.ts';
import { type TableDefinition, type TableName, tableName, tables } from './tables.ts';

const callMs = 10_000;
const readyWithinMs = 30_000;
const lookEveryMs = 50;

/**
 * Creates the tables that are not there yet and waits until they can be used, for the local host and for
 * tests. Records that have expired are not removed there; the stores don't return them.
 *
 * @returns the tables' names
 */
export async function createTables(
  client: DynamoDBClient,
  prefix: string,
): Promise<Record<TableName, string>> {
  const create = async (name: TableName) => {
    const table = tableName(prefix, name);
    await createTable(client, table, tables[name]);
    await untilReady(client, table);
    return table;
  };
  // One after the other: an account creates few at once.
  return {
    items: await create('items'),
    pictures: await create('pictures'),
    embeddings: await create('embeddings'),
    matches: await create('matches'),
    runs: await create('runs'),
  };
}

async function createTable(client: DynamoDBClient, table: string, definition: TableDefinition) {
  const keyOf = (name: string) => [{ AttributeName: name, KeyType: 'HASH' as const }];
  const keyNames = [definition.partitionKey, ...definition.indexes.map((index) => index.partitionKey)];
  const input: CreateTableCommandInput = {
    TableName: table,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: keyOf(definition.partitionKey),
    AttributeDefinitions: keyNames.map((name) => ({ AttributeName: name, AttributeType: 'S' })),
  };
  if (definition.indexes.length > 0)
    input.GlobalSecondaryIndexes = definition.indexes.map((index) => ({
      IndexName: index.name,
      KeySchema: keyOf(index.partitionKey),
      Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: [...index.projected] },
    }));
  try {
    await client.send(new CreateTableCommand(input), { abortSignal: AbortSignal.timeout(callMs) });
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'ResourceInUseException') throw error;
  }
}

async function untilReady(client: DynamoDBClient, table: string): Promise<void> {
  for (let waitedMs = 0; waitedMs < readyWithinMs; waitedMs += lookEveryMs) {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: table }), {
      abortSignal: AbortSignal.timeout(callMs),
    });
    const indexes = Table?.GlobalSecondaryIndexes ?? [];
    if (Table?.TableStatus === 'ACTIVE' && indexes.every(({ IndexStatus }) => IndexStatus === 'ACTIVE'))
      return;
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
  }
  throw new TuwenError('internal', `expected the table ${table} to be ready within ${readyWithinMs} ms`);
}
