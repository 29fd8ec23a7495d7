import { statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { dashscopeSettings } from '../../shared/embedding/dashscope-settings.ts';
import { MAX_THREADS } from '../../shared/index/capacity.ts';

const port = (fallback: number) =>
  z.coerce
    .number({ error: 'expected a port from 1 to 65535, or 0 for a free one' })
    .int({ error: 'expected a port from 1 to 65535, or 0 for a free one' })
    .min(0, 'expected a port from 1 to 65535, or 0 for a free one')
    .max(65_535, 'expected a port from 1 to 65535, or 0 for a free one')
    .default(fallback);
const key = z
  .string()
  .regex(/^[!-~]+$/, 'expected a key without spaces, in characters that a header may have')
  .optional();
const endpoint = z
  .url({ protocol: /^https?$/, error: 'expected a URL such as http://127.0.0.1:9000' })
  .optional();

/** Settings of `npm start`, as the environment holds them. */
export const localEnvironment = z
  .object({
    TUWEN_PORT: port(8787),
    TUWEN_S3_PORT: port(9000),
    TUWEN_DYNAMODB_PORT: port(8000),
    /** Of the Invoke API; its URL is told at the start. */
    TUWEN_LAMBDA_PORT: port(0),
    TUWEN_DATA_DIR: z.string().min(1).default('.tuwen'),
    TUWEN_DEMO: z.enum(['0', '1'], { error: 'expected 0 or 1' }).default('1'),
    TUWEN_SEARCH_KEY: key,
    TUWEN_ADMIN_KEY: key,
    /** Where fp16 rows lie; see infra/settings.ts. */
    TUWEN_SEARCH_ROWS: z
      .enum(['auto', 'memory', 'disk'], { error: 'expected auto, memory or disk' })
      .default('auto'),
    /** Threads that search; see infra/settings.ts. */
    TUWEN_SEARCH_THREADS: z
      .string()
      .regex(
        new RegExp(`^(auto|[1-${MAX_THREADS}])$`),
        `expected auto or a whole number from 1 to ${MAX_THREADS}`,
      )
      .default('auto'),
    TUWEN_EMBEDDER: z
      .enum(['builtin', 'dashscope', 'onnx'], { error: 'expected builtin, dashscope or onnx' })
      .default('builtin'),
    TUWEN_ONNX_DIR: z.string().min(1).optional(),
    DASHSCOPE_API_KEY: z.string().min(1).optional(),
    DASHSCOPE_BASE_URL: z.string().min(1).optional(),
    DASHSCOPE_MODEL: z.string().min(1).optional(),
    DASHSCOPE_DIMENSIONS: z.coerce
      .number({ error: 'expected a whole number' })
      .int('expected a whole number')
      .positive('expected a positive number')
      .optional(),
    /** Services of the user's own take the place of ours. */
    AWS_ENDPOINT_URL_S3: endpoint,
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
    AWS_ACCESS_KEY_ID: z.string().optional(),
    AWS_SECRET_ACCESS_KEY: z.string().optional(),
  })
  .superRefine((settings, context) => {
    const { TUWEN_SEARCH_KEY: search, TUWEN_ADMIN_KEY: admin, TUWEN_EMBEDDER: embedder } = settings;
    const fault = (name: string, message: string) =>
      context.addIssue({ code: 'custom', path: [name], message });
    if (search && !admin)
      fault('TUWEN_ADMIN_KEY', 'expected beside TUWEN_SEARCH_KEY, found none; set both or none');
    if (admin && !search)
      fault('TUWEN_SEARCH_KEY', 'expected beside TUWEN_ADMIN_KEY, found none; set both or none');
    if (search && search === admin) fault('TUWEN_ADMIN_KEY', 'expected another key than TUWEN_SEARCH_KEY');
    if (embedder === 'dashscope' && !settings.DASHSCOPE_API_KEY)
      fault('DASHSCOPE_API_KEY', 'expected with TUWEN_EMBEDDER=dashscope, found none');
    if (embedder === 'onnx' && !settings.TUWEN_ONNX_DIR)
      fault('TUWEN_ONNX_DIR', 'expected with TUWEN_EMBEDDER=onnx, found none');
  });
export type LocalSettings = z.output<typeof localEnvironment>;

/** A fault of the start that the user can mend: one line, which names the setting. */
export class StartError extends Error {
  constructor(message: string) {
    super(message.replaceAll(/\s*\n\s*/g, ' '));
    this.name = 'StartError';
  }
}

/** @throws StartError naming every setting that is wrong and what was expected, never a key */
export function readLocalSettings(environment: Readonly<Record<string, string | undefined>>): LocalSettings {
  const present = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = localEnvironment.safeParse(present);
  if (!parsed.success)
    throw new StartError(
      parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '),
    );
  checkEmbedder(parsed.data);
  return parsed.data;
}

/** What the functions would refuse too, but here before anything is started. */
function checkEmbedder(settings: LocalSettings): void {
  const { DASHSCOPE_API_KEY: apiKey, TUWEN_ONNX_DIR: directory } = settings;
  if (directory && !isFile(join(directory, 'config.json')))
    throw new StartError(
      `TUWEN_ONNX_DIR: expected a directory with config.json, tokenizer.json, preprocessor_config.json and onnx/, found none at ${directory}`,
    );
  if (!apiKey) return;
  const { DASHSCOPE_BASE_URL: baseUrl, DASHSCOPE_MODEL: model, DASHSCOPE_DIMENSIONS: dimensions } = settings;
  try {
    dashscopeSettings({ apiKey, baseUrl, model, dimensions });
  } catch (error) {
    throw new StartError(error instanceof Error ? error.message : String(error));
  }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
