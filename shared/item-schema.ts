import { z } from 'zod';
import { TuwenError } from './error.ts';
import { type ItemContent, idFault, limits } from './item.ts';
import { roleOf } from './keys.ts';
import { isPictureUrl } from './picture-urls.ts';

/** What a user may say of an item, over HTTP and in imports alike. */

/**
 * DynamoDB keeps records of at most 400 KB, pictures and all; 64 attributes of 32 long strings each would
 * be more.
 */
export const contentBytes = 256 * 1024;
/** Of an object key in S3. */
const { keyBytes } = limits;

/** Text that survives UTF-8, of at most so many characters (code points, as people count). */
function text(characters: number) {
  return z
    .string()
    .refine((value) => !/\p{Surrogate}/u.test(value), {
      error: 'expected well-formed Unicode, found half of a surrogate pair',
    })
    .refine((value) => value.length <= characters || [...value].length <= characters, {
      error: ({ input }) => `expected at most ${characters} characters, found ${lengthOf(input)}`,
    })
    .meta({ maxLength: characters });
}

/** Of an attribute, and of a column. */
export const attributeName = text(limits.attributeNameCharacters)
  .refine((name) => name !== '', { error: 'expected a name, found an empty one' })
  .refine((name) => !name.startsWith('$'), {
    error: ({ input }) => `expected a name that doesn't begin with $, found ${found(input)}`,
  });

const attributeValue = z.union(
  [
    text(limits.stringCharacters),
    z.number(),
    z.boolean(),
    z.array(text(limits.stringCharacters)).max(limits.arrayElements),
  ],
  {
    error: ({ input }) =>
      `expected a string, a finite number, a boolean or an array of strings, found ${found(input)}`,
  },
);

const attributes = z
  .record(attributeName, attributeValue)
  .refine((value) => Object.keys(value).length <= limits.attributes, {
    error: ({ input }) =>
      `expected at most ${limits.attributes} attributes, found ${Object.keys(Object(input)).length}`,
  });

/** By its key, or by a URL to be fetched. */
const picture = text(limits.urlCharacters)
  .superRefine((image, context) => {
    const fault = isUrl(image) ? urlFault(image) : keyFault(image);
    if (fault) context.addIssue({ code: 'custom', message: fault });
  })
  .meta({ description: 'A key catalog/<item id>/<name>, or an https:// URL that is fetched' });

const isUrl = (image: string): boolean => /^[a-z][a-z0-9+.-]*:\/\//i.test(image);

/** Says nothing of the URL, which may have a secret in it. */
function urlFault(url: string): string | undefined {
  if (!isPictureUrl(url))
    return `expected an https:// URL, found ${url.slice(0, url.indexOf(':')).slice(0, 20)}://`;
  if (!URL.canParse(url)) return 'expected a valid https:// URL, found one that cannot be parsed';
  const { username, password } = new URL(url);
  return username || password
    ? 'expected a URL without user name and password, found one with them'
    : undefined;
}

function keyFault(key: string): string | undefined {
  if (Buffer.byteLength(key) > keyBytes) return `expected an object key of at most ${keyBytes} bytes`;
  if (roleOf(key).kind === 'picture') return undefined;
  return `expected a key catalog/<item id>/<name> or an https:// URL, found ${found(key)}`;
}

/** What the body of `PUT /v1/items/{id}` has, one by one. */
export const itemFields = z.strictObject({
  title: text(limits.titleCharacters).refine((title) => title.trim() !== '', {
    error: 'expected words, found nothing but space',
  }),
  description: text(limits.descriptionCharacters).optional(),
  attributes: attributes.optional(),
  images: z.array(picture).max(limits.images).optional(),
});

/** The body of `PUT /v1/items/{id}`. */
export const itemContent = itemFields
  .refine((content) => Buffer.byteLength(JSON.stringify(content)) <= contentBytes, {
    error: `expected an item of at most ${contentBytes} bytes as JSON`,
  })
  .transform(
    // Absent, not undefined, as ItemContent has it.
    ({ title, description, attributes: given, images }): ItemContent => ({
      title,
      ...(description !== undefined && { description }),
      ...(given !== undefined && { attributes: given }),
      ...(images !== undefined && { images }),
    }),
  );

/**
 * Checks one row of a batch or an import: an item's content and its `id`.
 *
 * @throws TuwenError `invalid_id` or `invalid_row`, which says where, what was expected and what was found.
 */
export function parseItemRow(row: unknown): { id: string; content: ItemContent } {
  if (typeof row !== 'object' || row === null || Array.isArray(row))
    throw new TuwenError('invalid_row', `expected an object, found ${found(row)}`);
  const { id, ...content }: { id?: unknown } = row;
  if (typeof id !== 'string') throw new TuwenError('invalid_id', `id: expected a string, found ${found(id)}`);
  const fault = idFault(id);
  if (fault) throw new TuwenError('invalid_id', `expected an item id, ${fault}`);
  const parsed = itemContent.safeParse(content, { reportInput: true });
  if (!parsed.success) throw new TuwenError('invalid_row', describeIssue(parsed.error));
  return { id, content: parsed.data };
}

/** How many issues are worth telling at once. */
const issuesTold = 3;

/** What zod refused, for people: `attributes.price: expected a number, found "cheap"`. Wants `reportInput`. */
export function describeIssue(error: z.core.$ZodError): string {
  const told = error.issues.slice(0, issuesTold).map((issue) => describe(issue, ''));
  const more = error.issues.length - told.length;
  return [...told, ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
}

function describe(issue: z.core.$ZodIssue, within: string): string {
  const path = issue.path.reduce(pathTo, within);
  const branch = issue.code === 'invalid_union' ? branchMeant(issue.errors) : undefined;
  if (branch) return branch.map((inner) => describe(inner, path)).join('; ');
  return path ? `${path}: ${messageOf(issue)}` : messageOf(issue);
}

function pathTo(within: string, part: PropertyKey): string {
  if (typeof part === 'number') return `${within}[${part}]`;
  const name = String(part);
  if (!/^[\p{L}\p{N}_$-]+$/u.test(name)) return `${within}[${JSON.stringify(shorten(name))}]`;
  return within ? `${within}.${name}` : name;
}

/** The one alternative whose type fits, if there is one: its issues tell more than "none of them". */
function branchMeant(branches: readonly z.core.$ZodIssue[][]): z.core.$ZodIssue[] | undefined {
  const fitting = branches.filter(
    (issues) => !issues.some(({ code, path }) => code === 'invalid_type' && path.length === 0),
  );
  return fitting.length === 1 ? fitting[0] : undefined;
}

function messageOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${typeNames[issue.expected] ?? issue.expected}, found ${found(issue.input)}`;
    case 'unrecognized_keys':
      return `expected no other fields, found ${issue.keys.map((key) => JSON.stringify(shorten(key))).join(', ')}`;
    case 'invalid_value':
      return `expected ${issue.values.map((value) => JSON.stringify(value)).join(' or ')}, found ${found(issue.input)}`;
    case 'too_big':
      return `expected at most ${issue.maximum}${unitOf(issue.origin)}, found ${sizeOf(issue)}`;
    case 'too_small':
      return `expected at least ${issue.minimum}${unitOf(issue.origin)}, found ${sizeOf(issue)}`;
    case 'invalid_key':
    case 'invalid_element':
      return issue.issues.map((inner) => describe(inner, '')).join('; ');
    default:
      return issue.message;
  }
}

const typeNames: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a finite number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
  record: 'an object',
  array: 'an array',
};

function unitOf(origin: string): string {
  if (origin === 'string') return ' characters';
  return origin === 'array' ? ' elements' : '';
}

function sizeOf({ origin, input }: { origin: string; input?: unknown }): string {
  if (origin === 'string' && typeof input === 'string') return String(lengthOf(input));
  return Array.isArray(input) ? String(input.length) : found(input);
}

function lengthOf(value: unknown): number {
  return typeof value === 'string' ? [...value].length : 0;
}

function found(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'string') return JSON.stringify(shorten(value));
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}

function shorten(value: string): string {
  const characters = [...value];
  return characters.length <= 40 ? value : `${characters.slice(0, 40).join('')}…`;
}
