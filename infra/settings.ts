import { z } from 'zod';
import { capacityBytes, MAX_THREADS } from '../shared/index/capacity.ts';

/** A whole number; the command line (`-c name=value`) gives strings. */
const whole = (least: number, most: number) => z.coerce.number().int().min(least).max(most);

const origin = z
  .string()
  .regex(
    /^(https:\/\/[^/\s*]+|http:\/\/(localhost|127\.0\.0\.1)(:\d+)?)$/,
    'expected origins such as https://shop.example, without a path',
  );

/** Origins as a list (cdk.json) or parted by commas (command line). */
const origins = z.preprocess(
  (value) =>
    typeof value === 'string'
      ? value
          .split(',')
          .map((part) => part.trim())
          .filter(Boolean)
      : value,
  z.array(origin).max(20),
);

/** Names that CloudWatch accepts for the retention of logs. */
const logDays = z.coerce.number().pipe(z.literal([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 731]));

/** Of a function's disk, where a model that is too large for the bundle is put: a CLIP of the usual size takes half of it. */
export const modelStorageMb = 2048;

/** Two bytes of fp16 on the disk for each byte of int8 in memory; Lambda's disks end at 10,240 MB. */
export function defaultSearchStorageMb(searchMemoryMb: number): number {
  return Math.min(10_240 - modelStorageMb, Math.ceil((2 * capacityBytes(searchMemoryMb)) / 1024 / 1024));
}

/** What a deployment can be told, as context: `cdk deploy -c searchMemoryMb=2048`, or in cdk.json. */
export const deploymentSettings = z
  .strictObject({
    /** One deployment in an account and region for each name. */
    stackName: z
      .string()
      .regex(/^[A-Za-z][A-Za-z0-9-]{0,63}$/)
      .default('Tuwen'),
    /** Holds the index. New accounts are often capped at 3,008 MB; Lambda itself ends at 10,240. */
    searchMemoryMb: whole(1024, 10_240).default(3008),
    /**
     * Where fp16 rows lie, two thirds of an index of 1,024 dimensions: `auto` in memory where a version fits so, else
     * on the search function's disk.
     */
    searchRows: z.enum(['auto', 'memory', 'disk']).default('auto'),
    /** Of its disk, for fp16 rows. By default as much as belongs to an index that fills the memory. */
    searchStorageMb: whole(0, 10_240 - modelStorageMb).optional(),
    /** Threads that search: `auto` as many as the function has processors, which goes by its memory; 1 for no more than one. */
    searchThreads: z.union([z.literal('auto'), whole(1, MAX_THREADS)]).default('auto'),
    /** Minutes between looks for what changed. */
    schedule: whole(1, 1440).default(15),
    embedder: z.enum(['builtin', 'dashscope', 'onnx']).default('builtin'),
    /** Pages of other origins that may call the API and upload from a browser. */
    allowedOrigins: origins.default([]),
    architecture: z.enum(['arm64', 'x86_64']).default('arm64'),
    /** How long pictures under `uploads/` and their matches are kept. */
    uploadDays: whole(1, 365).default(7),
    /** Versions of the index kept beside the live one. */
    keepVersions: whole(1, 100).default(5),
    /** Name or ARN of the secret that holds the key of DashScope. */
    dashscopeSecret: z.string().min(1).optional(),
    dashscopeBaseUrl: z.url({ protocol: /^https$/ }).optional(),
    dashscopeModel: z.string().min(1).optional(),
    dashscopeDimensions: whole(1, 8192).optional(),
    /** A directory in the Hugging Face layout under `models/<name>/` in the bucket. */
    onnxModel: z
      .string()
      .regex(/^[A-Za-z0-9._-]+$/)
      .optional(),
    /** Instances of ingest for each of its two queues: what the embedding service is asked at once. */
    ingestConcurrency: whole(2, 1000).default(2),
    requestsPerSecond: whole(1, 10_000).default(50),
    logDays: logDays.default(30),
    /** What becomes of bucket, tables and keys when the stack goes. */
    removalPolicy: z.enum(['retain', 'destroy']).default('retain'),
    /** An SNS topic that is told of alarms. */
    alarmTopicArn: z
      .string()
      .regex(/^arn:[^:]+:sns:[^:]+:\d+:.+$/, 'expected the ARN of an SNS topic')
      .optional(),
    /** X-Ray. */
    tracing: z.union([z.boolean(), z.stringbool({ truthy: ['true'], falsy: ['false'] })]).default(false),
  })
  .superRefine((settings, context) => {
    const missing = (name: string) =>
      context.addIssue({
        code: 'custom',
        path: [name],
        message: `expected with embedder ${settings.embedder}, found none`,
      });
    if (settings.embedder === 'dashscope' && !settings.dashscopeSecret) missing('dashscopeSecret');
    if (settings.embedder === 'onnx' && !settings.onnxModel) missing('onnxModel');
  })
  .transform((settings) => ({
    ...settings,
    searchStorageMb: settings.searchStorageMb ?? defaultSearchStorageMb(settings.searchMemoryMb),
  }));
export type DeploymentSettings = z.output<typeof deploymentSettings>;

/**
 * Settings out of the context of a CDK app. CDK's own names have a `:`, `-` or `/` in them; any other name
 * that we don't know is a misspelt setting.
 *
 * @throws Error one line that names each setting that is wrong and what was expected.
 */
export function readDeploymentSettings(context: Readonly<Record<string, unknown>>): DeploymentSettings {
  const given = Object.entries(context).filter(([name]) => /^\w+$/.test(name));
  const parsed = deploymentSettings.safeParse(Object.fromEntries(given));
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) =>
    path.length > 0 ? `${path.join('.')}: ${message}` : message,
  );
  throw new Error(`bad settings: ${faults.join('; ')}`);
}
