import { randomUUID } from 'node:crypto';
import { createDynamoItemStore } from '../../shared/catalog/dynamo-item-store.ts';
import { createDynamoMatchStore } from '../../shared/catalog/dynamo-match-store.ts';
import { createDynamoPictureStore } from '../../shared/catalog/dynamo-picture-store.ts';
import { createDynamoRunStore } from '../../shared/catalog/dynamo-run-store.ts';
import { createDownloads } from '../../shared/create-downloads.ts';
import { createVersionStore } from '../../shared/index/version-store.ts';
import { createS3ObjectStore } from '../../shared/objects/s3-object-store.ts';
import { createPictureFetcher } from '../../shared/picture/fetch-picture.ts';
import { createPutItem } from '../../shared/put-item.ts';
import { createPutItems } from '../../shared/put-items.ts';
import { createReadMatch } from '../../shared/read-match.ts';
import { createRunLog } from '../../shared/rebuild/run-log.ts';
import { createRemoveItem } from '../../shared/remove-item.ts';
import { createRemovePicture } from '../../shared/remove-picture.ts';
import { createShowCatalogItems, createShowItems } from '../../shared/show-items.ts';
import { createSteerIndex } from '../../shared/steer-index.ts';
import { createDynamoClient, createInvoker, createS3Client, createSecretReader } from '../clients.ts';
import { keySource } from '../http/keys.ts';
import { serveHttp } from '../http/lambda.ts';
import { createLog } from '../log.ts';
import { readSettings } from '../settings.ts';
import { createCatalogApp } from './app.ts';
import { catalogEnvironment } from './env.ts';

const settings = readSettings(catalogEnvironment, process.env);
const clock = Date.now;

const objects = createS3ObjectStore({
  client: createS3Client(),
  presignClient: createS3Client({ forUploads: true }),
  bucket: settings.TUWEN_BUCKET,
});
const client = createDynamoClient();
const invoker = createInvoker();
const items = createDynamoItemStore({ client, table: settings.TUWEN_ITEMS_TABLE });
const pictures = createDynamoPictureStore({ client, table: settings.TUWEN_PICTURES_TABLE });
const matches = createDynamoMatchStore({ client, table: settings.TUWEN_MATCHES_TABLE });
const versions = createVersionStore(objects);
const runs = createDynamoRunStore({ client, table: settings.TUWEN_RUNS_TABLE });

const putItem = createPutItem({ objects, items, pictures, fetchPicture: createPictureFetcher(), clock });

export const handler = serveHttp(
  createCatalogApp({
    keys: keySource(settings, createSecretReader()),
    log: createLog('catalog'),
    items,
    putItem,
    putItems: createPutItems({ putItem }),
    showItems: createShowCatalogItems({ pictures, objects }),
    removeItem: createRemoveItem({ objects, items, pictures }),
    removePicture: createRemovePicture({ objects, items, pictures }),
    readMatch: createReadMatch({
      objects,
      matches,
      items,
      clock,
      show: createShowItems({ pictures, objects }),
    }),
    steer: createSteerIndex({
      versions,
      items,
      runs,
      runLog: createRunLog({ runs, clock }),
      startRebuild: (runId) => invoker.start(settings.TUWEN_REINDEX_FUNCTION, { rebuild: { runId } }),
      newRunId: randomUUID,
    }),
    downloads: createDownloads({ objects, versions, clock }),
    objects,
  }),
);
