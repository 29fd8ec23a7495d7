import { afterAll, beforeAll } from 'vitest';
import { createDynamoEmbeddingStore } from '../../shared/catalog/dynamo-embedding-store.ts';
import { createDynamoItemStore } from '../../shared/catalog/dynamo-item-store.ts';
import { createDynamoMatchStore } from '../../shared/catalog/dynamo-match-store.ts';
import { createDynamoPictureStore } from '../../shared/catalog/dynamo-picture-store.ts';
import { createDynamoRunStore } from '../../shared/catalog/dynamo-run-store.ts';
import { startDynamo, type TestDynamo } from './dynalite.ts';
import { embeddingStoreContract } from './embedding-store.contract.ts';
import { itemStoreContract } from './item-store.contract.ts';
import { matchStoreContract } from './match-store.contract.ts';
import { pictureStoreContract } from './picture-store.contract.ts';
import { runStoreContract } from './run-store.contract.ts';

let dynamo: TestDynamo;
beforeAll(async () => {
  dynamo = await startDynamo();
});
afterAll(() => dynamo.close());

itemStoreContract(async (clock) => {
  const { items } = await dynamo.tables();
  return createDynamoItemStore({ client: dynamo.client, table: items, clock });
});
pictureStoreContract(async () => {
  const { pictures } = await dynamo.tables();
  return createDynamoPictureStore({ client: dynamo.client, table: pictures });
});
embeddingStoreContract(async (clock) => {
  const { embeddings } = await dynamo.tables();
  return createDynamoEmbeddingStore({ client: dynamo.client, table: embeddings, clock });
});
matchStoreContract(async (clock) => {
  const { matches } = await dynamo.tables();
  return createDynamoMatchStore({ client: dynamo.client, table: matches, clock });
});
runStoreContract(async (clock) => {
  const { runs } = await dynamo.tables();
  return createDynamoRunStore({ client: dynamo.client, table: runs, clock });
});
