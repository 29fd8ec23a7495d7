import { availableParallelism } from 'node:os';
import type { CatalogEnvironment } from '../../functions/catalog/env.ts';
import type { ImportEnvironment } from '../../functions/import/env.ts';
import type { IngestEnvironment } from '../../functions/ingest/env.ts';
import type { ReindexEnvironment } from '../../functions/reindex/env.ts';
import type { SearchEnvironment } from '../../functions/search/env.ts';
import type { GivenEnvironment } from '../../functions/settings.ts';
import type { WebEnvironment } from '../../functions/web/env.ts';
import { tableName } from '../../shared/catalog/tables.ts';
import type { FunctionName } from '../bundles.ts';
import { defaultSearchStorageMb } from '../settings.ts';
import type { LocalSettings } from './settings.ts';

export interface EnvironmentOptions {
  readonly settings: LocalSettings;
  readonly s3Url: string;
  readonly dynamodbUrl: string;
  readonly lambdaUrl: string;
  readonly bucket: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly maxReceives: number;
}

export interface FunctionShape {
  readonly name: FunctionName;
  readonly memoryMb: number;
  readonly timeoutMs: number;
  readonly maxSandboxes: number;
  readonly environment: Readonly<Record<string, string>>;
}

const searchMemoryMb = 3008;
/** A picture keeps a core busy; the least that a deployed queue takes is two. */
export const ingestSandboxes = Math.min(4, Math.max(2, availableParallelism()));
const minute = 60_000;
const uploadDays = 7;

/**
 * Each function with the sizes and settings that the deployed stack gives it, as far as one machine
 * can. A misspelt or missing setting fails the type check.
 */
export function functionEnvironments(options: EnvironmentOptions): FunctionShape[] {
  const { settings, bucket } = options;
  const table = (name: Parameters<typeof tableName>[1]) => tableName('tuwen', name);
  const callers = settings.TUWEN_SEARCH_KEY
    ? { TUWEN_SEARCH_KEY: settings.TUWEN_SEARCH_KEY, TUWEN_ADMIN_KEY: settings.TUWEN_ADMIN_KEY }
    : { TUWEN_OPEN: '1' };
  const embedder = {
    TUWEN_EMBEDDER: settings.TUWEN_EMBEDDER,
    TUWEN_ONNX_DIR: settings.TUWEN_ONNX_DIR,
    DASHSCOPE_API_KEY: settings.DASHSCOPE_API_KEY,
    DASHSCOPE_BASE_URL: settings.DASHSCOPE_BASE_URL,
    DASHSCOPE_MODEL: settings.DASHSCOPE_MODEL,
    DASHSCOPE_DIMENSIONS: settings.DASHSCOPE_DIMENSIONS?.toString(),
  };
  const items = { TUWEN_ITEMS_TABLE: table('items') };
  const pictures = { TUWEN_PICTURES_TABLE: table('pictures') };
  const embeddings = { TUWEN_EMBEDDINGS_TABLE: table('embeddings') };
  const matches = { TUWEN_MATCHES_TABLE: table('matches') };
  const runs = { TUWEN_RUNS_TABLE: table('runs') };
  const storage = { TUWEN_BUCKET: bucket };

  const searchStorage = {
    TUWEN_SEARCH_ROWS: settings.TUWEN_SEARCH_ROWS,
    TUWEN_SEARCH_STORAGE_MB: String(defaultSearchStorageMb(searchMemoryMb)),
  };

  const search: GivenEnvironment<SearchEnvironment> = {
    ...storage,
    ...items,
    ...pictures,
    ...searchStorage,
    TUWEN_SEARCH_THREADS: settings.TUWEN_SEARCH_THREADS,
    ...callers,
    ...embedder,
  };
  const catalog: GivenEnvironment<CatalogEnvironment> = {
    ...storage,
    ...items,
    ...pictures,
    ...matches,
    ...runs,
    ...callers,
    TUWEN_REINDEX_FUNCTION: 'reindex',
  };
  const ingest: GivenEnvironment<IngestEnvironment> = {
    ...storage,
    ...items,
    ...pictures,
    ...embeddings,
    ...matches,
    ...embedder,
    TUWEN_SEARCH_FUNCTION: 'search',
    TUWEN_MAX_RECEIVES: String(options.maxReceives),
    TUWEN_UPLOAD_DAYS: String(uploadDays),
  };
  const imports: GivenEnvironment<ImportEnvironment> = { ...storage, ...items, ...pictures, ...runs };
  const reindex: GivenEnvironment<ReindexEnvironment> = {
    ...storage,
    ...items,
    ...pictures,
    ...embeddings,
    ...runs,
    ...embedder,
    TUWEN_SEARCH_MEMORY_MB: String(searchMemoryMb),
    ...searchStorage,
  };
  const web: GivenEnvironment<WebEnvironment> = { TUWEN_BUCKET_URL: options.s3Url };

  const shape = (
    name: FunctionName,
    memoryMb: number,
    timeoutMs: number,
    maxSandboxes: number,
    environment: Readonly<Record<string, string | undefined>>,
  ): FunctionShape => ({
    name,
    memoryMb,
    timeoutMs,
    maxSandboxes,
    environment: { ...defined(environment), ...runtimeOf(name, memoryMb, options) },
  });
  return [
    shape('search', searchMemoryMb, 29_000, 1, search),
    shape('catalog', 512, 29_000, 2, catalog),
    shape('ingest', 1769, 2 * minute, ingestSandboxes, ingest),
    shape('import', 512, 15 * minute, 1, imports),
    shape('reindex', 3008, 15 * minute, 1, reindex),
    shape('web', 256, 10_000, 1, web),
  ];
}

function runtimeOf(name: string, memoryMb: number, options: EnvironmentOptions): Record<string, string> {
  return {
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: options.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: options.credentials.secretAccessKey,
    AWS_ENDPOINT_URL_S3: options.s3Url,
    AWS_ENDPOINT_URL_DYNAMODB: options.dynamodbUrl,
    AWS_ENDPOINT_URL_LAMBDA: options.lambdaUrl,
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  };
}

function defined(environment: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
