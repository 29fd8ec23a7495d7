import { useEffect, useState } from 'hono/jsx/dom';
import { api, type CatalogItem } from '../../api.ts';
import { recallPage, rememberPage } from './remembered-pages.ts';

export interface Items {
  readonly list: readonly CatalogItem[] | undefined;
  /** Of the page that comes next, if there is one. */
  readonly next: string | undefined;
  readonly error?: unknown;
  reload(): void;
  /** Shows an item as it is now; a new one comes first. */
  put(item: CatalogItem): void;
  remove(id: string): void;
}

const perPage = 50;

interface State {
  readonly after: string | undefined;
  readonly list?: readonly CatalogItem[] | undefined;
  readonly next?: string | undefined;
  readonly error?: unknown;
}

/** The page of the catalog that comes after that cursor: at once as it was when it was last seen, then as it is. */
export function useItems(after: string | undefined): Items {
  const [state, setState] = useState<State>(() => ({ after, ...recallPage(after) }));
  const [round, setRound] = useState(0);
  const shown = state.after === after ? state : { after, ...recallPage(after) };

  useEffect(() => {
    const controller = new AbortController();
    setState((before) => (before.after === after ? before : { after, ...recallPage(after) }));
    api.items({ limit: perPage, cursor: after }, controller.signal).then(
      ({ items, nextCursor }) => {
        if (controller.signal.aborted) return;
        setState({ after, list: items, next: nextCursor });
        rememberPage(after, { list: items, next: nextCursor });
      },
      (error) => !controller.signal.aborted && setState((before) => ({ ...before, error })),
    );
    return () => controller.abort();
  }, [after, round]);

  function change(how: (list: readonly CatalogItem[]) => readonly CatalogItem[]): void {
    setState((before) => {
      const list = how(before.list ?? []);
      rememberPage(before.after, { list, next: before.next });
      return { ...before, list };
    });
  }

  return {
    list: shown.list,
    next: shown.next,
    error: shown.error,
    reload: () => {
      setState(({ error: _, ...before }) => before);
      setRound((before) => before + 1);
    },
    put: (item) =>
      change((list) =>
        list.some(({ id }) => id === item.id)
          ? list.map((known) => (known.id === item.id ? newerOf(known, item) : known))
          : [item, ...list],
      ),
    remove: (id) => change((list) => list.filter((item) => item.id !== id)),
  };
}

/** An answer that was overtaken by a later change does not undo it. */
const newerOf = (known: CatalogItem, item: CatalogItem): CatalogItem =>
  item.updatedAt < known.updatedAt ? known : item;
