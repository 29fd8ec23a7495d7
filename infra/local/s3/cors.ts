import { S3Error } from './errors.ts';
import type { S3Reply } from './reply.ts';

const METHODS = ['GET', 'HEAD', 'PUT', 'POST', 'DELETE'];
const EXPOSED = [
  'ETag',
  'Content-Range',
  'Accept-Ranges',
  'x-amz-request-id',
  'x-amz-id-2',
  'x-amz-checksum-crc32',
  'x-amz-checksum-crc32c',
  'x-amz-checksum-crc64nvme',
  'x-amz-checksum-sha1',
  'x-amz-checksum-sha256',
];

/** Whose pages may speak to this server: origins as browsers write them, or `*` for all. */
export interface Cors {
  /** The answer to OPTIONS. @throws S3Error AccessForbidden, BadRequest */
  preflight(headers: ReadonlyMap<string, string>): S3Reply;
  /** What lets the page read the answer to an actual request; nothing for other origins. */
  headers(origin: string | undefined): Record<string, string>;
}

export function createCors(origins: readonly string[]): Cors {
  function allow(origin: string | undefined): Record<string, string> | undefined {
    if (origin === undefined) return undefined;
    if (origins.includes('*')) return { 'access-control-allow-origin': '*' };
    // Case and a closing slash, which people write into settings, make no other origin.
    const isAllowed = origins.some(
      (allowed) => allowed.replace(/\/$/, '').toLowerCase() === origin.toLowerCase(),
    );
    return isAllowed ? { 'access-control-allow-origin': origin, vary: 'Origin' } : undefined;
  }

  return {
    preflight(headers) {
      const method = headers.get('access-control-request-method');
      const origin = headers.get('origin');
      if (origin === undefined || method === undefined) {
        throw new S3Error(
          'BadRequest',
          'Insufficient information. Origin and Access-Control-Request-Method request headers needed.',
        );
      }
      const allowed = allow(origin);
      if (allowed === undefined || !METHODS.includes(method)) throw new S3Error('AccessForbidden');
      return {
        status: 200,
        headers: {
          ...allowed,
          vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
          'access-control-allow-methods': METHODS.join(', '),
          'access-control-allow-headers': headers.get('access-control-request-headers') ?? '',
          'access-control-max-age': '3000',
        },
      };
    },
    headers(origin) {
      const allowed = allow(origin);
      return allowed === undefined ? {} : { ...allowed, 'access-control-expose-headers': EXPOSED.join(', ') };
    },
  };
}
