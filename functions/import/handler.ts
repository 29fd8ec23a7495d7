import { randomUUID } from 'node:crypto';
import type { Context, SQSEvent } from 'aws-lambda';
import { createDynamoItemStore } from '../../shared/catalog/dynamo-item-store.ts';
import { createDynamoPictureStore } from '../../shared/catalog/dynamo-picture-store.ts';
import { createDynamoRunStore } from '../../shared/catalog/dynamo-run-store.ts';
import { createImportItems } from '../../shared/import-items.ts';
import { createS3ObjectStore } from '../../shared/objects/s3-object-store.ts';
import { createPictureFetcher } from '../../shared/picture/fetch-picture.ts';
import { createPutItem } from '../../shared/put-item.ts';
import { createDynamoClient, createInvoker, createS3Client } from '../clients.ts';
import { createLog } from '../log.ts';
import { readSettings } from '../settings.ts';
import { continuation, createImportBatch } from './batch.ts';
import { importEnvironment } from './env.ts';

const settings = readSettings(importEnvironment, process.env);
const client = createDynamoClient();
const invoker = createInvoker();

const objects = createS3ObjectStore({ client: createS3Client(), bucket: settings.TUWEN_BUCKET });
const items = createDynamoItemStore({ client, table: settings.TUWEN_ITEMS_TABLE });
const pictures = createDynamoPictureStore({ client, table: settings.TUWEN_PICTURES_TABLE });
const clock = Date.now;

const imports = createImportBatch({
  bucket: settings.TUWEN_BUCKET,
  importItems: createImportItems({
    objects,
    items,
    putItem: createPutItem({ objects, items, pictures, fetchPicture: createPictureFetcher(), clock }),
    runs: createDynamoRunStore({ client, table: settings.TUWEN_RUNS_TABLE }),
    clock,
    newRunId: randomUUID,
  }),
  goOn: (next) => invoker.start(settings.AWS_LAMBDA_FUNCTION_NAME, next),
  log: createLog('import'),
});

/** Object-created events under `imports/`, and continuations of what one invocation could not finish. */
export const handler = (event: SQSEvent | Record<string, unknown>, context: Context) => {
  const deadlineMs = Date.now() + context.getRemainingTimeInMillis() - 1000;
  if (isQueueEvent(event)) return imports.events(event, { deadlineMs });
  return imports.continue(continuation.parse(event), { deadlineMs });
};

const isQueueEvent = (event: object): event is SQSEvent => 'Records' in event;
