/**
 * The tables of the product as plain data: the stack and the local host create them from this. All keys
 * are strings, no table has a sort key, and billing is on demand.
 */
export interface TableDefinition {
  readonly partitionKey: string;
  readonly indexes: readonly IndexDefinition[];
  /** The attribute with the second since 1970 after which a record may be removed. */
  readonly timeToLive?: string;
}

export interface IndexDefinition {
  readonly name: string;
  readonly partitionKey: string;
  /** What it holds beside the keys. */
  readonly projected: readonly string[];
}

export type TableName = 'items' | 'pictures' | 'embeddings' | 'matches' | 'runs';

/**
 * Items that wait for a publication. Only they have `pendingId`, a copy of their id, so the index holds
 * nothing else and reading it whole (a scan) reads only them. A constant for a key would bring all
 * writes of an import to one partition (1,000 a second); shards would have to be asked one by one.
 */
export const pendingIndex = {
  name: 'pending',
  partitionKey: 'pendingId',
  projected: ['revision', 'deletedAt'],
} as const satisfies IndexDefinition;

export const tables: Readonly<Record<TableName, TableDefinition>> = {
  items: { partitionKey: 'id', indexes: [pendingIndex] },
  pictures: { partitionKey: 'key', indexes: [] },
  embeddings: { partitionKey: 'id', indexes: [], timeToLive: 'expiresAt' },
  matches: { partitionKey: 'key', indexes: [], timeToLive: 'expiresAt' },
  runs: { partitionKey: 'id', indexes: [], timeToLive: 'expiresAt' },
};

/** `tuwen` → `tuwen-items` and so on. */
export function tableName(prefix: string, name: TableName): string {
  return `${prefix}-${name}`;
}
