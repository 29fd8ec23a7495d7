import { checksumHeader } from '../body/checksum.ts';
import { S3Error } from '../errors.ts';
import type { Description, StoredObject } from '../store/records.ts';
import { quote } from './operation.ts';

/** Headers that S3 keeps with an object and sends back as they came. */
export const KEPT_HEADERS = [
  'content-type',
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'expires',
] as const;

const META = 'x-amz-meta-';
const MAX_METADATA_BYTES = 2048;

/** @throws S3Error MetadataTooLarge, InvalidArgument for a value that no header can hold */
export function describe(headers: ReadonlyMap<string, string>): Description {
  const kept: Record<string, string> = { 'content-type': 'binary/octet-stream' };
  for (const name of KEPT_HEADERS) {
    const value = name === 'content-encoding' ? withoutAwsChunked(headers.get(name)) : headers.get(name);
    if (value) kept[name] = checkHeaderValue(name, value);
  }
  const metadata = [...headers]
    .filter(([name]) => name.startsWith(META))
    .map(([name, value]) => [name.slice(META.length), checkHeaderValue(name, value)] as const);
  const bytes = metadata.reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(value),
    0,
  );
  if (bytes > MAX_METADATA_BYTES) {
    throw new S3Error('MetadataTooLarge', undefined, {
      Size: String(bytes),
      MaxSizeAllowed: String(MAX_METADATA_BYTES),
    });
  }
  return { headers: kept, metadata: Object.fromEntries(metadata) };
}

/** What GET and HEAD say of an object, whatever part of it they give. */
export function objectHeaders(object: StoredObject): Record<string, string> {
  const metadata = Object.entries(object.description.metadata).map(([name, value]) => [META + name, value]);
  return {
    ...object.description.headers,
    ...Object.fromEntries(metadata),
    etag: quote(object.etag),
    'last-modified': new Date(object.modifiedAt).toUTCString(),
    'accept-ranges': 'bytes',
  };
}

export function checksumHeaders({ checksum }: Pick<StoredObject, 'checksum'>): Record<string, string> {
  return { [checksumHeader(checksum.algorithm)]: checksum.value, 'x-amz-checksum-type': checksum.type };
}

/** The same as members of a document. */
export function checksumMembers({ checksum }: Pick<StoredObject, 'checksum'>): Record<string, string> {
  return { [`Checksum${checksum.algorithm}`]: checksum.value, ChecksumType: checksum.type };
}

/** @throws S3Error InvalidArgument for control characters: they come in by query or form, and no header can hold them */
export function checkHeaderValue(name: string, value: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are the point
  if (!/[\u0000-\u0008\u000a-\u001f\u007f]/.test(value)) return value;
  throw new S3Error('InvalidArgument', `Expected no control characters in ${name}.`, { ArgumentName: name });
}

/** The framing of the upload is not part of the object. */
function withoutAwsChunked(encoding: string | undefined): string | undefined {
  return encoding
    ?.split(',')
    .map((coding) => coding.trim())
    .filter((coding) => coding !== 'aws-chunked')
    .join(',');
}
