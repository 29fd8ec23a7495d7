import type { MatchAnswer } from './api/catalog.ts';
import type { ItemStore } from './catalog/item-store.ts';
import type { MatchStore } from './catalog/match-store.ts';
import { TuwenError } from './error.ts';
import { roleOf } from './keys.ts';
import type { ObjectStore } from './objects/object-store.ts';
import type { ShowItems } from './show-items.ts';

/** An upload that nothing has been heard of for so long never will be: its event is lost. */
const patienceMs = 60 * 60_000;

/**
 * What became of an uploaded picture. A record of an object that was overwritten since does not count.
 *
 * @throws TuwenError `not_found` where there is neither an object nor a record.
 */
export type ReadMatch = (key: string) => Promise<MatchAnswer>;

export function createReadMatch(dependencies: {
  readonly objects: Pick<ObjectStore, 'head'>;
  readonly matches: Pick<MatchStore, 'get'>;
  readonly items: Pick<ItemStore, 'getMany'>;
  readonly show: ShowItems;
  readonly clock: () => number;
}): ReadMatch {
  const { objects, matches, items, show, clock } = dependencies;
  return async (key) => {
    if (roleOf(key).kind !== 'upload')
      throw new TuwenError('not_found', `expected a key under uploads/, found ${JSON.stringify(key)}`);
    const [there, record] = await Promise.all([objects.head(key), matches.get(key)]);
    if (!there && !record) throw new TuwenError('not_found', `there is no upload ${JSON.stringify(key)}`);
    if (there && record?.etag !== there.etag) {
      if (clock() - there.modifiedAt.getTime() < patienceMs) return { status: 'pending' };
      const detail = 'nothing was heard of this upload for an hour; upload it again';
      return { status: 'failed', error: { code: 'not_processed', detail } };
    }
    const { status, results = [], error, index } = record!;
    if (status === 'failed') return { status, ...(error && { error }) };
    const current = await items.getMany(results.map(({ id }) => id));
    const present = results.flatMap((result) => {
      const item = current.get(result.id);
      return item ? [{ result, item }] : [];
    });
    const shown = await show(present.map(({ item }) => item));
    return {
      status,
      results: present.map(({ result }, i) => ({ ...result, item: shown[i]! })),
      ...(index && { index }),
    };
  };
}
