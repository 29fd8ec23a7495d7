import { z } from 'zod';

const port = (fallback: number) => z.coerce.number().int().min(0).max(65_535).default(fallback);
const key = z.string().min(16, 'expected at least 16 characters').optional();

/** Settings of `npm start`, as the environment holds them. */
export const localEnvironment = z
  .object({
    TUWEN_PORT: port(8787),
    TUWEN_S3_PORT: port(9000),
    TUWEN_DYNAMODB_PORT: port(8000),
    TUWEN_DATA_DIR: z.string().min(1).default('.tuwen'),
    TUWEN_DEMO: z.enum(['0', '1']).default('1'),
    TUWEN_SEARCH_KEY: key,
    TUWEN_ADMIN_KEY: key,
    TUWEN_EMBEDDER: z.enum(['builtin', 'dashscope', 'onnx']).default('builtin'),
    TUWEN_ONNX_DIR: z.string().min(1).optional(),
    DASHSCOPE_API_KEY: z.string().min(1).optional(),
    DASHSCOPE_BASE_URL: z.string().min(1).optional(),
    DASHSCOPE_MODEL: z.string().min(1).optional(),
    DASHSCOPE_DIMENSIONS: z.coerce.number().int().positive().optional(),
  })
  .superRefine((settings, context) => {
    const { TUWEN_SEARCH_KEY: search, TUWEN_ADMIN_KEY: admin, TUWEN_EMBEDDER: embedder } = settings;
    const missing = (name: string, message: string) =>
      context.addIssue({ code: 'custom', path: [name], message });
    if (search && !admin)
      missing('TUWEN_ADMIN_KEY', 'expected beside TUWEN_SEARCH_KEY, found none; set both or none');
    if (admin && !search)
      missing('TUWEN_SEARCH_KEY', 'expected beside TUWEN_ADMIN_KEY, found none; set both or none');
    if (search && search === admin) missing('TUWEN_ADMIN_KEY', 'expected another key than TUWEN_SEARCH_KEY');
    if (embedder === 'dashscope' && !settings.DASHSCOPE_API_KEY)
      missing('DASHSCOPE_API_KEY', 'expected with TUWEN_EMBEDDER=dashscope, found none');
    if (embedder === 'onnx' && !settings.TUWEN_ONNX_DIR)
      missing('TUWEN_ONNX_DIR', 'expected with TUWEN_EMBEDDER=onnx, found none');
  });
export type LocalSettings = z.output<typeof localEnvironment>;

/** A fault of the start that the user can mend: one line, which names the setting. */
export class StartError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'StartError';
  }
}

/** @throws StartError */
export function readLocalSettings(environment: Readonly<Record<string, string | undefined>>): LocalSettings {
  const present = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = localEnvironment.safeParse(present);
  if (parsed.success) return parsed.data;
  throw new StartError(
    parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '),
  );
}
