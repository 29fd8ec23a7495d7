import { useEffect, useRef, useState } from 'hono/jsx/dom';
import { api, type CatalogItem } from '../../api.ts';

export interface Items {
  readonly list: readonly CatalogItem[] | undefined;
  readonly cursor: string | undefined;
  readonly error?: unknown;
  readonly isLoading: boolean;
  more(): void;
  /** Shows an item as it is now; a new one comes first. */
  put(item: CatalogItem): void;
  remove(id: string): void;
}

const perPage = 50;

interface State {
  readonly list?: readonly CatalogItem[];
  readonly cursor?: string | undefined;
  readonly error?: unknown;
  readonly isLoading: boolean;
}

/** The catalog, page by page. */
export function useItems(): Items {
  const [state, setState] = useState<State>({ isLoading: true });
  const controller = useRef<AbortController | null>(null);

  useEffect(() => {
    void read(undefined);
    return () => controller.current?.abort();
  }, []);

  async function read(cursor: string | undefined): Promise<void> {
    controller.current?.abort();
    const asking = new AbortController();
    controller.current = asking;
    setState(({ error: _, ...before }) => ({ ...before, isLoading: true }));
    try {
      const page = await api.items({ limit: perPage, cursor }, asking.signal);
      if (asking.signal.aborted) return;
      setState(({ list = [] }) => {
        // One that was just added comes again with its page.
        const shown = new Set(list.map(({ id }) => id));
        const fresh = page.items.filter(({ id }) => !shown.has(id));
        return { list: [...list, ...fresh], cursor: page.nextCursor, isLoading: false };
      });
    } catch (error) {
      if (!asking.signal.aborted) setState((before) => ({ ...before, error, isLoading: false }));
    }
  }

  return {
    list: state.list,
    cursor: state.cursor,
    error: state.error,
    isLoading: state.isLoading,
    more: () => void read(state.cursor),
    put: (item) =>
      setState(({ list = [], ...others }) => ({
        ...others,
        list: list.some(({ id }) => id === item.id)
          ? list.map((shown) => (shown.id === item.id ? newerOf(shown, item) : shown))
          : [item, ...list],
      })),
    remove: (id) =>
      setState(({ list = [], ...others }) => ({ ...others, list: list.filter((item) => item.id !== id) })),
  };
}

/** An answer that was overtaken by a later change does not undo it. */
const newerOf = (shown: CatalogItem, item: CatalogItem): CatalogItem =>
  item.updatedAt < shown.updatedAt ? shown : item;
