import type { MiddlewareHandler } from 'hono';
import { TuwenError } from '../../shared/error.ts';
import { type KeySource, type Role, roleOfKey } from './keys.ts';

/**
 * Lets through who has a key of at least that role: `Authorization: Bearer <key>` or `x-api-key`.
 *
 * @throws TuwenError `unauthorized` without a valid key, `forbidden` with a search key where an admin's is needed.
 */
export function authenticate(keys: KeySource, needed: Role): MiddlewareHandler {
  return async (c, next) => {
    const known = await keys();
    if (known !== 'open') {
      const bearer = c.req.header('authorization')?.match(/^Bearer +(\S+) *$/i)?.[1];
      const key = bearer ?? c.req.header('x-api-key');
      const role = key === undefined ? undefined : roleOfKey(known, key);
      if (!role) {
        c.header('WWW-Authenticate', 'Bearer');
        const found = key === undefined ? 'found no key' : 'found a key that is not valid';
        throw new TuwenError(
          'unauthorized',
          `expected "Authorization: Bearer <key>" or "x-api-key", ${found}`,
        );
      }
      if (needed === 'admin' && role !== 'admin')
        throw new TuwenError('forbidden', 'expected an admin key, found a search key');
    }
    await next();
  };
}
