import type { IncomingMessage } from 'node:http';
import { S3Error } from './errors.ts';

/** A request as S3 sees it: addressed to a bucket and a key, nothing checked yet. */
export interface S3Request {
  readonly method: string;
  /** The path, decoded once; the signature covers it encoded again. */
  readonly path: string;
  /** Empty where the request is to the service. */
  readonly bucket: string;
  /** Empty where the request is to the bucket. */
  readonly key: string;
  /** Every name=value of the query in the order sent, decoded. */
  readonly queryPairs: readonly (readonly [name: string, value: string])[];
  /** The first value of each name of the query. */
  readonly query: ReadonlyMap<string, string>;
  /** Names in lower case, repeated headers joined with a comma as the signature wants them. */
  readonly headers: ReadonlyMap<string, string>;
  /** The bytes of the body as sent. Reading them tells a waiting client to go on (100-continue). */
  readonly body: AsyncIterable<Uint8Array>;
}

const MAX_KEY_BYTES = 1024;

/** @throws S3Error InvalidURI, KeyTooLongError */
export function parseRequest(message: IncomingMessage, body: AsyncIterable<Uint8Array>): S3Request {
  const target = message.url ?? '/';
  if (!target.startsWith('/'))
    throw new S3Error('InvalidURI', `Expected a path, found "${target.slice(0, 100)}".`);
  const cut = target.indexOf('?');
  const path = decode(cut === -1 ? target : target.slice(0, cut));
  const queryPairs = cut === -1 ? [] : parseQuery(target.slice(cut + 1));
  const headers = joinHeaders(message.rawHeaders);
  const { bucket, key } = address(path, headers.get('host') ?? '');
  if (Buffer.byteLength(key) > MAX_KEY_BYTES) {
    throw new S3Error('KeyTooLongError', undefined, {
      Size: String(Buffer.byteLength(key)),
      MaxSizeAllowed: String(MAX_KEY_BYTES),
    });
  }
  const query = new Map<string, string>();
  for (const [name, value] of queryPairs) if (!query.has(name)) query.set(name, value);
  return {
    method: message.method ?? 'GET',
    path,
    bucket,
    key,
    queryPairs,
    query,
    headers,
    body,
  };
}

/** Both addressing styles: `host/bucket/key` and `bucket.localhost/key`. */
function address(path: string, host: string): { bucket: string; key: string } {
  const virtualHost = /^(?<bucket>.+)\.localhost(?::\d+)?$/i.exec(host)?.groups?.bucket;
  if (virtualHost !== undefined) return { bucket: virtualHost, key: path.slice(1) };
  const slash = path.indexOf('/', 1);
  if (slash === -1) return { bucket: path.slice(1), key: '' };
  return { bucket: path.slice(1, slash), key: path.slice(slash + 1) };
}

function parseQuery(query: string): [string, string][] {
  return query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const equals = pair.indexOf('=');
      const name = equals === -1 ? pair : pair.slice(0, equals);
      const value = equals === -1 ? '' : pair.slice(equals + 1);
      // In a query, unlike in a path, S3 reads a plus as a space.
      return [decode(name.replaceAll('+', ' ')), decode(value.replaceAll('+', ' '))];
    });
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new S3Error('InvalidURI', 'Expected percent-encoded UTF-8 in the address.');
  }
}

/** From Node's flat list of names and values, because its parsed headers drop some that repeat. */
function joinHeaders(rawHeaders: readonly string[]): Map<string, string> {
  const headers = new Map<string, string>();
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]!.toLowerCase();
    // Node gives each byte as a character; clients sign and mean UTF-8.
    const value = Buffer.from(rawHeaders[at + 1]!, 'latin1').toString();
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : `${before},${value}`);
  }
  return headers;
}
