import { createHash, timingSafeEqual } from 'node:crypto';
import { TuwenError } from '../../shared/error.ts';

/** A search key may search, read items, upload under uploads/ and read matches; an admin key may do all. */
export type Role = 'search' | 'admin';

export interface Keys {
  readonly searchKey: string;
  readonly adminKey: string;
}

/** Gives the keys, or 'open' where everybody may call. */
export type KeySource = () => Promise<Keys | 'open'>;

export interface KeySettings {
  readonly TUWEN_SEARCH_KEY_SECRET_ID?: string | undefined;
  readonly TUWEN_ADMIN_KEY_SECRET_ID?: string | undefined;
  readonly TUWEN_SEARCH_KEY?: string | undefined;
  readonly TUWEN_ADMIN_KEY?: string | undefined;
  readonly TUWEN_OPEN?: '1' | undefined;
}

const leastCharacters = 16;

/**
 * Where the keys of a function come from.
 *
 * @param readSecret gives the value of a secret; it does the caching.
 * @throws Error when the settings name no keys and do not say that the function is open, or one key alone.
 */
export function keySource(settings: KeySettings, readSecret: (id: string) => Promise<string>): KeySource {
  const secrets = both(settings, 'TUWEN_SEARCH_KEY_SECRET_ID', 'TUWEN_ADMIN_KEY_SECRET_ID');
  if (secrets)
    return async () => {
      const [searchKey, adminKey] = await Promise.all([readSecret(secrets[0]), readSecret(secrets[1])]);
      // An empty or trivial key would let anybody in.
      if (Math.min(searchKey.length, adminKey.length) < leastCharacters)
        throw new TuwenError(
          'internal',
          `expected keys of at least ${leastCharacters} characters in the secrets`,
        );
      return { searchKey, adminKey };
    };
  const given = both(settings, 'TUWEN_SEARCH_KEY', 'TUWEN_ADMIN_KEY');
  if (given) return async () => ({ searchKey: given[0], adminKey: given[1] });
  if (settings.TUWEN_OPEN) return async () => 'open';
  throw new Error('bad settings: expected the ids of two secrets, two keys, or TUWEN_OPEN=1; found none');
}

/** Both values or neither. @throws Error where one stands alone */
function both<Name extends keyof KeySettings>(
  settings: KeySettings,
  first: Name,
  second: Name,
): [string, string] | undefined {
  const [a, b] = [settings[first], settings[second]];
  if (a && b) return [a, b];
  if (a || b) throw new Error(`bad settings: expected both ${first} and ${second}, or none; found one`);
  return undefined;
}

/** The role that a key gives, compared in constant time; undefined for a wrong one. */
export function roleOfKey(keys: Keys, key: string): Role | undefined {
  const given = digest(key);
  const isAdmin = timingSafeEqual(given, digest(keys.adminKey));
  const isSearch = timingSafeEqual(given, digest(keys.searchKey));
  return isAdmin ? 'admin' : isSearch ? 'search' : undefined;
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
