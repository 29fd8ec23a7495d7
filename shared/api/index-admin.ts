import { z } from '@hono/zod-openapi';
import { downloads, json, problemResponses } from './common.ts';

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
export const versionParameters = z.object({ version: z.string().min(1).max(100) });
export const runParameters = z.object({ runId: z.string().min(1).max(100) });

export const indexRoutes = {
  getIndex: {
    method: 'get',
    path: '/v1/index',
    summary: 'The live version',
    responses: { 200: json('The live version', indexAnswer), ...problemResponses(401, 404) },
  },
  rebuild: {
    method: 'post',
    path: '/v1/index/rebuild',
    summary: 'Build and publish a version now',
    responses: {
      202: json('Begun', z.object({ runId: z.string() })),
      ...problemResponses(401, 403, 409),
    },
  },
  getRun: {
    method: 'get',
    path: '/v1/index/runs/{runId}',
    summary: 'The progress of a build',
    request: { params: runParameters },
    responses: { 200: json('The run', runAnswer), ...problemResponses(401, 403, 404) },
  },
  listVersions: {
    method: 'get',
    path: '/v1/index/versions',
    summary: 'The versions that are kept, newest first',
    responses: {
      200: json('The versions', z.object({ versions: z.array(versionAnswer) })),
      ...problemResponses(401, 403),
    },
  },
  getVersionFiles: {
    method: 'get',
    path: '/v1/index/versions/{version}/files',
    summary: 'Get URLs from which the manifest and the shards of a version can be read',
    request: { params: versionParameters },
    responses: {
      200: json('The manifest first, then the shards in order', downloads),
      ...problemResponses(400, 401, 403, 404),
    },
  },
  rollback: {
    method: 'post',
    path: '/v1/index/rollback',
    summary: 'Make a version live and pin it, or unpin with "latest"',
    request: { body: { content: { 'application/json': { schema: rollbackBody } }, required: true } },
    responses: { 200: json('The live version', indexAnswer), ...problemResponses(400, 401, 403, 404, 409) },
  },
} as const;
