import { z } from '@hono/zod-openapi';
import { downloads, json, jsonRequest } from './common.ts';
import { problems } from './problems.ts';

/** Contracts of the routes that tell of the index and steer it. */

export const indexAnswer = z
  .object({
    version: z.string(),
    model: z.string(),
    dimensions: z.int(),
    items: z.int(),
    vectors: z.int(),
    builtAt: z.string(),
    pending: z.int(),
    pinned: z.boolean(),
  })
  .openapi('Index');

export const versionAnswer = z
  .object({
    version: z.string(),
    model: z.string(),
    dimensions: z.int(),
    items: z.int(),
    vectors: z.int(),
    bytes: z.int(),
    builtAt: z.string(),
    live: z.boolean(),
  })
  .openapi('Version');

export const runAnswer = z
  .object({
    runId: z.string(),
    status: z.enum(['running', 'succeeded', 'failed', 'lost']),
    done: z.int(),
    total: z.int(),
    version: z.string().optional(),
    error: z.object({ code: z.string(), detail: z.string() }).optional(),
  })
  .openapi('Run');

export const rollbackBody = z.strictObject({ version: z.string().min(1).max(100) });
export const versionParameters = z.object({
  version: z.string().min(1).max(100).openapi({ example: '20261125T090000000Z-000001' }),
});
export const runParameters = z.object({ runId: z.string().min(1).max(100).openapi({ example: 'asked-1' }) });

const asked = ['unauthorized', 'internal'] as const;
const askedAsAdmin = [...asked, 'forbidden'] as const;
const admin = 'Wants an admin key, where keys are on.';

export const indexRoutes = {
  getIndex: {
    method: 'get',
    path: '/v1/index',
    operationId: 'getIndex',
    summary: 'The live version',
    description: 'pending: how many items have changed and wait for the next version.',
    responses: { 200: json('The live version', indexAnswer), ...problems(...asked, 'not_found') },
  },
  rebuild: {
    method: 'post',
    path: '/v1/index/rebuild',
    operationId: 'rebuild',
    summary: 'Build and publish a version now',
    description: `Where a run is under way, the 409 names it as runId. ${admin}`,
    responses: {
      202: json('Begun', z.object({ runId: z.string() })),
      ...problems(...askedAsAdmin, 'conflict'),
    },
  },
  getRun: {
    method: 'get',
    path: '/v1/index/runs/{runId}',
    operationId: 'getRun',
    summary: 'The progress of a build',
    description: `As POST /v1/index/rebuild names it. ${admin}`,
    request: { params: runParameters },
    responses: {
      200: json('The run', runAnswer),
      ...problems(...askedAsAdmin, 'invalid_request', 'not_found'),
    },
  },
  listVersions: {
    method: 'get',
    path: '/v1/index/versions',
    operationId: 'listVersions',
    summary: 'The versions that are kept, newest first',
    description: admin,
    responses: {
      200: json('The versions', z.object({ versions: z.array(versionAnswer) })),
      ...problems(...askedAsAdmin),
    },
  },
  getVersionFiles: {
    method: 'get',
    path: '/v1/index/versions/{version}/files',
    operationId: 'getVersionFiles',
    summary: 'Get URLs from which the manifest and the other files of a version can be read',
    description: admin,
    request: { params: versionParameters },
    responses: {
      200: json(
        'The manifest first, then the shards in order, then the lists of fast mode if there are any',
        downloads,
      ),
      ...problems(...askedAsAdmin, 'invalid_request', 'not_found'),
    },
  },
  rollback: {
    method: 'post',
    path: '/v1/index/rollback',
    operationId: 'rollback',
    summary: 'Make a version live and pin it, or unpin with "latest"',
    description: `Pinned, scheduled runs go on building but don't swap until a rebuild is asked for. ${admin}`,
    request: jsonRequest(rollbackBody, { version: 'latest' }),
    responses: {
      200: json('The live version', indexAnswer),
      ...problems(
        ...askedAsAdmin,
        'invalid_request',
        'not_found',
        'conflict',
        'too_large',
        'unsupported_media_type',
      ),
    },
  },
} as const;
