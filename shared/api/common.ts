import { z } from '@hono/zod-openapi';
import { idFault, limits } from '../item.ts';

/** Pieces that several contracts share. */

/** Text that survives UTF-8: no lone surrogates. */
export const wellFormed = z.string().refine((text) => !/\p{Surrogate}/u.test(text), {
  error: 'expected well-formed Unicode, found half of a surrogate pair',
});

export const itemId = z
  .string()
  .superRefine((id, context) => {
    const fault = idFault(id);
    if (fault)
      context.addIssue({
        code: 'custom',
        message: `expected an item id, ${fault}`,
        params: { code: 'invalid_id' },
      });
  })
  .openapi({
    description: 'Of any script, without / ? # % \\ and control characters; not . or ..',
    example: 'jeans-blue-01',
    minLength: 1,
    maxLength: limits.idCharacters,
  });

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

/** A request whose body is JSON of that schema; the example runs as it stands. */
export const jsonRequest = <Schema extends z.ZodType>(schema: Schema, example: z.input<Schema>) => ({
  body: { content: { 'application/json': { schema, example } }, required: true },
});

export const indexName = z
  .object({ version: z.string(), model: z.string(), vectors: z.int() })
  .openapi('IndexName');

/** Attributes as they are shown. */
export const shownAttributes = z.record(
  z.string(),
  z.union([z.string(), z.number(), z.boolean(), z.array(z.string()).readonly()]),
);
