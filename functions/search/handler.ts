import { availableParallelism, tmpdir } from 'node:os';
import type { LambdaContext } from 'hono/aws-lambda';
import { matchRequest } from '../../shared/api/search.ts';
import { createDynamoItemStore } from '../../shared/catalog/dynamo-item-store.ts';
import { createDynamoPictureStore } from '../../shared/catalog/dynamo-picture-store.ts';
import { TuwenError } from '../../shared/error.ts';
import { fitVersion, searchCapacity, searchThreads } from '../../shared/index/capacity.ts';
import { createLiveIndex } from '../../shared/index/live-index.ts';
import { loadVersion } from '../../shared/index/load-version.ts';
import { createRowStorage } from '../../shared/index/row-storage.ts';
import { createVersionStore } from '../../shared/index/version-store.ts';
import { createListFacets } from '../../shared/list-facets.ts';
import { createS3ObjectStore } from '../../shared/objects/s3-object-store.ts';
import { createPictureFetcher } from '../../shared/picture/fetch-picture.ts';
import { normalisePicture } from '../../shared/picture/normalise-picture.ts';
import { createReadQueryPicture } from '../../shared/read-query-picture.ts';
import { createSearchItems } from '../../shared/search-items.ts';
import { createShowItems } from '../../shared/show-items.ts';
import { createDynamoClient, createS3Client, createSecretReader } from '../clients.ts';
import { createEmbedders } from '../embedders.ts';
import { keySource } from '../http/keys.ts';
import { isHttpEvent, serveHttp } from '../http/lambda.ts';
import { createLog } from '../log.ts';
import { readSettings } from '../settings.ts';
import { createSearchApp } from './app.ts';
import { searchEnvironment } from './env.ts';
import { answerMatch } from './match.ts';

const settings = readSettings(searchEnvironment, process.env);
const log = createLog('search');
const readSecret = createSecretReader();
const keys = keySource(settings, readSecret);

const objects = createS3ObjectStore({ client: createS3Client(), bucket: settings.TUWEN_BUCKET });
const dynamo = createDynamoClient();
const items = createDynamoItemStore({ client: dynamo, table: settings.TUWEN_ITEMS_TABLE });
const pictures = createDynamoPictureStore({ client: dynamo, table: settings.TUWEN_PICTURES_TABLE });
const embedders = createEmbedders(settings, { objects, readSecret });

const capacity = searchCapacity({
  memoryMb: settings.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
  storageMb: settings.TUWEN_SEARCH_STORAGE_MB,
  rows: settings.TUWEN_SEARCH_ROWS,
});
const storage = createRowStorage({ directory: tmpdir(), limitBytes: capacity.storageBytes });
const threads = {
  count: searchThreads(settings.TUWEN_SEARCH_THREADS, availableParallelism()),
  // Bundled beside the handler.
  file: new URL('./scan-thread.mjs', import.meta.url),
  onLost: (error: unknown) => log.error({ event: 'thread_lost', message: String(error) }),
};
const live = createLiveIndex({
  versions: createVersionStore(objects),
  load(manifest, options) {
    const { rows, listedPrefixes } = fitVersion(manifest, capacity);
    const placed = { listedPrefixes, ...(rows === 'disk' && { storage }) };
    return loadVersion(objects, manifest, { ...options, threads, ...placed });
  },
  capacityBytes: capacity.memoryBytes,
  residentBytesOf: (manifest) => fitVersion(manifest, capacity).residentBytes,
  onEvent: (event) => {
    if (event.type === 'load_failed' && isUnpublished(event)) log.info({ event: 'unpublished' });
    else if (event.type === 'load_failed' || event.type === 'complete_failed')
      log.error({ event: event.type, version: event.version, message: String(event.error) });
    else {
      const { version, kernelName, vectors, residentBytes, diskBytes, isWhole, traffic } = event.version;
      log.info({
        event: event.type,
        version,
        kernel: kernelName,
        vectors,
        residentBytes,
        diskBytes,
        isWhole,
        ...traffic,
        threads: threads.count,
        loadMs: event.loadMs,
      });
    }
  },
});
// Loading starts with the function, not with the first request: the index and what embeds words.
live.start();
embedders.warm().catch((error) => log.warn({ event: 'warm_failed', message: String(error) }));

const searchItems = createSearchItems({
  live,
  embedderFor: embedders.forModel,
  readPicture: createReadQueryPicture({
    objects,
    fetchPicture: createPictureFetcher(),
    normalise: normalisePicture,
  }),
  items,
  show: createShowItems({ pictures, objects }),
});
const serve = serveHttp(
  createSearchApp({ keys, searchItems, listFacets: createListFacets({ live }), live, log }),
);

/** HTTP events, and direct invocation by ingest with `{"match": …}`. */
export const handler = (event: unknown, context: LambdaContext) => {
  if (isHttpEvent(event)) return serve(event, context);
  const deadlineMs = Date.now() + context.getRemainingTimeInMillis() - 1000;
  return answerMatch(searchItems, matchRequest.parse(event), deadlineMs);
};

/** A stack that is new has nothing to load, which is nobody's fault. */
function isUnpublished({ version, error }: { version: string | undefined; error: unknown }): boolean {
  return version === undefined && error instanceof TuwenError && error.code === 'not_ready';
}
