import { z } from '@hono/zod-openapi';

/** Pieces from which each function's env.ts is put together; the names are the same locally and deployed. */

/** The bucket and the tables that a function may touch. */
export const storage = {
  TUWEN_BUCKET: z.string().min(3),
  TUWEN_ITEMS_TABLE: z.string().min(3),
  TUWEN_PICTURES_TABLE: z.string().min(3),
  TUWEN_EMBEDDINGS_TABLE: z.string().min(3),
  TUWEN_MATCHES_TABLE: z.string().min(3),
  TUWEN_RUNS_TABLE: z.string().min(3),
};

/**
 * Who may call. Keys come from Secrets Manager where deployed and from the environment locally; a function
 * without either refuses to start unless TUWEN_OPEN says that everybody may call it.
 */
export const callers = {
  /** Secrets whose values are the keys: one each, so that either can be given out or replaced alone. */
  TUWEN_SEARCH_KEY_SECRET_ID: z.string().min(1).optional(),
  TUWEN_ADMIN_KEY_SECRET_ID: z.string().min(1).optional(),
  TUWEN_SEARCH_KEY: z.string().min(1).optional(),
  TUWEN_ADMIN_KEY: z.string().min(1).optional(),
  TUWEN_OPEN: z.literal('1').optional(),
};

/** What the search function has for the index, which bounds what may be published. */
export const searchStorage = {
  /** Where fp16 rows lie: `auto` in memory where the version fits so, else on the disk. */
  TUWEN_SEARCH_ROWS: z.enum(['auto', 'memory', 'disk']).default('auto'),
  /** Of its disk, for fp16 rows. */
  TUWEN_SEARCH_STORAGE_MB: z.coerce.number().int().min(0),
};

/** Which model embeds. */
export const embedding = {
  TUWEN_EMBEDDER: z.enum(['builtin', 'dashscope', 'onnx']).default('builtin'),
  /** A directory in the Hugging Face layout (local). */
  TUWEN_ONNX_DIR: z.string().min(1).optional(),
  /** The same under `models/<name>/` in the bucket (deployed). */
  TUWEN_ONNX_MODEL: z.string().min(1).optional(),
  DASHSCOPE_API_KEY: z.string().min(1).optional(),
  /** A secret whose value is the key. */
  DASHSCOPE_SECRET_ID: z.string().min(1).optional(),
  DASHSCOPE_BASE_URL: z.string().min(1).optional(),
  DASHSCOPE_MODEL: z.string().min(1).optional(),
  DASHSCOPE_DIMENSIONS: z.coerce.number().int().positive().optional(),
};

/** Set by Lambda itself, and by the local host. */
export const runtime = {
  AWS_LAMBDA_FUNCTION_NAME: z.string().min(1),
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: z.coerce.number().int().positive(),
};

/** The values as the environment holds them, all strings: what a function of that schema has to be given. */
export type Environment<Schema extends z.ZodType> = {
  [Name in keyof z.input<Schema>]: undefined extends z.input<Schema>[Name] ? string | undefined : string;
};

/** The same without what Lambda (or the local host) sets for every function. */
export type GivenEnvironment<Schema extends z.ZodType> = Omit<Environment<Schema>, keyof typeof runtime>;

/**
 * Reads a function's settings.
 *
 * @throws Error one line naming each setting that is missing or wrong and what was expected, never its value.
 */
export function readSettings<Schema extends z.ZodType>(
  schema: Schema,
  environment: Readonly<Record<string, string | undefined>>,
): z.output<Schema> {
  const present = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = schema.safeParse(present);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new Error(`bad settings: ${faults.join('; ')}`);
}
