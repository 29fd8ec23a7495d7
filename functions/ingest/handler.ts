import type { Context, SQSEvent } from 'aws-lambda';
import { createDynamoEmbeddingStore } from '../../shared/catalog/dynamo-embedding-store.ts';
import { createDynamoItemStore } from '../../shared/catalog/dynamo-item-store.ts';
import { createDynamoMatchStore } from '../../shared/catalog/dynamo-match-store.ts';
import { createDynamoPictureStore } from '../../shared/catalog/dynamo-picture-store.ts';
import { createVersionStore } from '../../shared/index/version-store.ts';
import { createIngestPicture, embedPictures } from '../../shared/ingest-picture.ts';
import { createMatchUpload } from '../../shared/match-upload.ts';
import { createS3ObjectStore } from '../../shared/objects/s3-object-store.ts';
import { normalisePicture } from '../../shared/picture/normalise-picture.ts';
import { createDynamoClient, createInvoker, createS3Client, createSecretReader } from '../clients.ts';
import { createEmbedders } from '../embedders.ts';
import { createLog } from '../log.ts';
import { readSettings } from '../settings.ts';
import { createIngestBatch } from './batch.ts';
import { ingestEnvironment } from './env.ts';
import { createMatcher } from './matcher.ts';

const settings = readSettings(ingestEnvironment, process.env);
const log = createLog('ingest');
const clock = Date.now;

const objects = createS3ObjectStore({ client: createS3Client(), bucket: settings.TUWEN_BUCKET });
const client = createDynamoClient();
const items = createDynamoItemStore({ client, table: settings.TUWEN_ITEMS_TABLE });
const pictures = createDynamoPictureStore({ client, table: settings.TUWEN_PICTURES_TABLE });
const embeddings = createDynamoEmbeddingStore({ client, table: settings.TUWEN_EMBEDDINGS_TABLE });
const matches = createDynamoMatchStore({ client, table: settings.TUWEN_MATCHES_TABLE });
const embedders = createEmbedders(settings, { objects, readSecret: createSecretReader() });
const versions = createVersionStore(objects);

const ingest = createIngestBatch({
  bucket: settings.TUWEN_BUCKET,
  knownPictures: (keys) => pictures.getMany(keys),
  ingestPicture: createIngestPicture({ objects, items, pictures, normalise: normalisePicture }),
  embed: async (taken, options) =>
    embedPictures({ objects, embeddings, embedder: await embedders.configured() }, taken, options),
  matchUpload: createMatchUpload({
    objects,
    matches,
    normalise: normalisePicture,
    liveModel: async () => (await versions.current())?.model,
    embedderFor: embedders.forModel,
    match: createMatcher(createInvoker(), settings.TUWEN_SEARCH_FUNCTION),
    clock,
    keepMs: settings.TUWEN_UPLOAD_DAYS * 24 * 3_600_000,
  }),
  maxReceives: settings.TUWEN_MAX_RECEIVES,
  log,
});

/** Batches of object events under `uploads/` and `catalog/`. */
export const handler = (event: SQSEvent, context: Context) =>
  ingest(event, { deadlineMs: clock() + context.getRemainingTimeInMillis() - 1000 });
