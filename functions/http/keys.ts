import { createHash, timingSafeEqual } from 'node:crypto';
import { z } from '@hono/zod-openapi';

/** A search key may search, read items, upload under uploads/ and read matches; an admin key may do all. */
export type Role = 'search' | 'admin';

export interface Keys {
  readonly searchKey: string;
  readonly adminKey: string;
}

/** Gives the keys, or 'open' where everybody may call. */
export type KeySource = () => Promise<Keys | 'open'>;

export interface KeySettings {
  readonly TUWEN_KEYS_SECRET_ID?: string | undefined;
  readonly TUWEN_SEARCH_KEY?: string | undefined;
  readonly TUWEN_ADMIN_KEY?: string | undefined;
  readonly TUWEN_OPEN?: '1' | undefined;
}

/**
 * Where the keys of a function come from.
 *
 * @param readSecret gives the value of a secret; it does the caching.
 * @throws Error when the settings name no keys and do not say that the function is open, or one key alone.
 */
export function keySource(settings: KeySettings, readSecret: (id: string) => Promise<string>): KeySource {
  const { TUWEN_KEYS_SECRET_ID: secretId, TUWEN_SEARCH_KEY: searchKey, TUWEN_ADMIN_KEY: adminKey } = settings;
  if (secretId) return async () => secretKeys.parse(JSON.parse(await readSecret(secretId)));
  if (searchKey && adminKey) return async () => ({ searchKey, adminKey });
  if (searchKey || adminKey)
    throw new Error('bad settings: expected both TUWEN_SEARCH_KEY and TUWEN_ADMIN_KEY, or none; found one');
  if (settings.TUWEN_OPEN) return async () => 'open';
  throw new Error('bad settings: expected TUWEN_KEYS_SECRET_ID, or both keys, or TUWEN_OPEN=1; found none');
}

const secretKeys = z.object({ searchKey: z.string().min(16), adminKey: z.string().min(16) });

/** The role that a key gives, compared in constant time; undefined for a wrong one. */
export function roleOfKey(keys: Keys, key: string): Role | undefined {
  const given = digest(key);
  const isAdmin = timingSafeEqual(given, digest(keys.adminKey));
  const isSearch = timingSafeEqual(given, digest(keys.searchKey));
  return isAdmin ? 'admin' : isSearch ? 'search' : undefined;
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
