import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { z } from '@hono/zod-openapi';
import type { Context } from 'aws-lambda';
import { createDynamoEmbeddingStore } from '../../shared/catalog/dynamo-embedding-store.ts';
import { createDynamoItemStore } from '../../shared/catalog/dynamo-item-store.ts';
import { createDynamoPictureStore } from '../../shared/catalog/dynamo-picture-store.ts';
import { createDynamoRunStore } from '../../shared/catalog/dynamo-run-store.ts';
import { placeRows, searchCapacity } from '../../shared/index/capacity.ts';
import { loadVersion } from '../../shared/index/load-version.ts';
import { createRowStorage, StorageError } from '../../shared/index/row-storage.ts';
import { createVersionStore } from '../../shared/index/version-store.ts';
import { createIngestPicture } from '../../shared/ingest-picture.ts';
import { createS3ObjectStore } from '../../shared/objects/s3-object-store.ts';
import { normalisePicture } from '../../shared/picture/normalise-picture.ts';
import { knownVectorsOf, noVectors } from '../../shared/rebuild/known-vectors.ts';
import { createRunLog } from '../../shared/rebuild/run-log.ts';
import {
  createEmbedAhead,
  createRebuildIndex,
  type RebuildDependencies,
  type RebuildTrigger,
} from '../../shared/rebuild-index.ts';
import { createDynamoClient, createInvoker, createS3Client, createSecretReader } from '../clients.ts';
import { createEmbedders } from '../embedders.ts';
import { createLog } from '../log.ts';
import { readSettings } from '../settings.ts';
import { reindexEnvironment } from './env.ts';

const settings = readSettings(reindexEnvironment, process.env);
const log = createLog('reindex');
const clock = Date.now;

const objects = createS3ObjectStore({ client: createS3Client(), bucket: settings.TUWEN_BUCKET });
const client = createDynamoClient();
const invoker = createInvoker();
const items = createDynamoItemStore({ client, table: settings.TUWEN_ITEMS_TABLE });
const pictures = createDynamoPictureStore({ client, table: settings.TUWEN_PICTURES_TABLE });
const embeddings = createDynamoEmbeddingStore({ client, table: settings.TUWEN_EMBEDDINGS_TABLE });
const runs = createDynamoRunStore({ client, table: settings.TUWEN_RUNS_TABLE });
const embedders = createEmbedders(settings, { objects, readSecret: createSecretReader() });
const versions = createVersionStore(objects);

const capacity = searchCapacity({
  memoryMb: settings.TUWEN_SEARCH_MEMORY_MB,
  storageMb: settings.TUWEN_SEARCH_STORAGE_MB,
  rows: settings.TUWEN_SEARCH_ROWS,
});
// Its disk is as large as that of the search function.
const storage = createRowStorage({ directory: tmpdir() });

const dependencies: RebuildDependencies = {
  objects,
  items,
  pictures,
  embeddings,
  runs,
  runLog: createRunLog({ runs, clock }),
  versions,
  embedder: embedders.configured,
  ingestPicture: createIngestPicture({ objects, items, pictures, normalise: normalisePicture }),
  knownVectors: async (version) => {
    const manifest = await versions.manifest(version);
    const isOnDisk = placeRows(manifest, capacity).rows === 'disk';
    try {
      // Nothing is searched.
      const options = { listedPrefixes: false, ...(isOnDisk && { storage }) };
      return knownVectorsOf(await loadVersion(objects, manifest, options));
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
      // What was embedded is kept in the table too, so it costs time and nothing else.
      log.warn({ event: 'known_vectors_unread', version, message: error.message });
      return noVectors;
    }
  },
  publishModel: () => embedders.publish(),
  clock,
  random: Math.random,
  newRunId: randomUUID,
  capacity,
  keepVersions: settings.TUWEN_KEEP_VERSIONS,
  log: ({ level, ...event }) => (level === 'error' ? log.error(event) : log.info(event)),
};
const rebuild = createRebuildIndex(dependencies);
const embedAhead = createEmbedAhead(dependencies);

const payload = z.union([
  z.strictObject({ schedule: z.object({}) }),
  z.strictObject({ embed: z.strictObject({}) }),
  z.strictObject({ rebuild: z.strictObject({ runId: z.string().min(1) }) }),
  z.strictObject({ continue: z.strictObject({ runId: z.string().min(1), hop: z.int().min(1) }) }),
]);

/**
 * The schedule's tick, a rebuild that was asked for, the continuation of a run that one invocation could not finish,
 * or to embed ahead of one of these.
 */
export const handler = async (event: unknown, context: Context) => {
  const asked = payload.parse(event);
  const options = { deadlineMs: clock() + context.getRemainingTimeInMillis() - 5000 };
  const outcome = 'embed' in asked ? await embedAhead(options) : await rebuild(triggerOf(asked), options);
  if (outcome.status === 'continue') {
    const { runId, hop } = outcome;
    await invoker.start(settings.AWS_LAMBDA_FUNCTION_NAME, { continue: { runId, hop } });
  }
  return outcome;
};

function triggerOf(event: Exclude<z.infer<typeof payload>, { embed: unknown }>): RebuildTrigger {
  if ('rebuild' in event) return { kind: 'rebuild', ...event.rebuild };
  if ('continue' in event) return { kind: 'continue', ...event.continue };
  return { kind: 'schedule' };
}
