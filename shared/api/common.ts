import { z } from '@hono/zod-openapi';
import { idFault } from '../item.ts';

/** Pieces that several contracts share. */

/** Text that survives UTF-8: no lone surrogates. */
export const wellFormed = z.string().refine((text) => !/\p{Surrogate}/u.test(text), {
  error: 'expected well-formed Unicode, found half of a surrogate pair',
});

export const itemId = z.string().superRefine((id, context) => {
  const fault = idFault(id);
  if (fault)
    context.addIssue({
      code: 'custom',
      message: `expected an item id, ${fault}`,
      params: { code: 'invalid_id' },
    });
});

export const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string(),
    detail: z.string(),
    requestId: z.string(),
  })
  .openapi('Problem');

/** Where objects of the bucket can be read for a while, in the order asked for. */
export const downloads = z
  .object({
    files: z.array(z.object({ key: z.string(), url: z.string() })),
    expiresAt: z.string(),
  })
  .openapi('Downloads');
export type Downloads = z.infer<typeof downloads>;

/** A response whose body is JSON of that schema. */
export const json = <Schema extends z.ZodType>(description: string, schema: Schema) => ({
  description,
  content: { 'application/json': { schema } },
});

/** The responses of a route that fails in these ways. */
export function problemResponses<Status extends number>(...statuses: Status[]) {
  const response = {
    description: 'A problem document (RFC 9457)',
    content: { 'application/problem+json': { schema: problem } },
  };
  return Object.fromEntries(statuses.map((status) => [status, response])) as Record<Status, typeof response>;
}
