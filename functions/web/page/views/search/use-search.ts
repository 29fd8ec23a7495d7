import { useEffect, useRef, useState } from 'hono/jsx/dom';
import { api, type SearchAnswer, type SearchQuery, type SearchResult } from '../../api.ts';
import { cropPicture, fitPicture, inlineBytes, toBase64 } from '../../pictures/fit-picture.ts';
import { recallPicture } from '../../pictures/remembered-pictures.ts';
import { ApiProblem } from '../../request.ts';
import { hrefOf } from '../../router.ts';
import { asksForSomething, type Query, requestOf, targetOf } from './query.ts';

export interface Found {
  readonly results: readonly SearchResult[];
  readonly nextCursor: string | undefined;
  /** Of the first page; paging embeds nothing. */
  readonly first: SearchAnswer;
  /** The index has changed while it was paged through. */
  readonly hasMoved: boolean;
}

export interface Searching {
  readonly found?: Found | undefined;
  readonly error?: unknown;
  /** The picture of the address is not in this browser. */
  readonly isPictureGone: boolean;
  readonly isLoading: boolean;
  /** What was found is of the query before. */
  readonly isStale: boolean;
  more(): void;
  retry(): void;
}

const perPage = 24;
/** What the back button brings back at once, with all pages that were read, so that it also finds its place again. */
const answered = new Map<string, Found>();
const answersKept = 20;

interface State {
  readonly name: string;
  readonly found?: Found | undefined;
  readonly error?: unknown;
  readonly isPictureGone?: boolean;
  readonly isLoading: boolean;
  readonly isStale?: boolean;
}

/** What the API finds for the query of the address, page by page. */
export function useSearch(query: Query): Searching {
  const name = hrefOf(targetOf(query));
  const [state, setState] = useState<State>(() => stateOf(name, query));
  const [round, setRound] = useState(0);
  const asked = useRef<{ request: SearchQuery; controller: AbortController } | null>(null);

  useEffect(() => {
    const controller = new AbortController();
    const known = stateOf(name, query);
    // What was found before stays in sight, pale, until the new results are there.
    setState((before) => ({ ...known, found: known.found ?? before.found, isStale: !known.found }));
    asked.current = null;
    if (asksForSomething(query)) void search(controller, known.found !== undefined);
    return () => controller.abort();
  }, [name, round]);

  async function search(controller: AbortController, isKnown: boolean): Promise<void> {
    const { signal } = controller;
    try {
      const picture = await pictureOf(query);
      if (signal.aborted) return;
      if (picture === 'gone') return setState({ name, isPictureGone: true, isLoading: false });
      const request = { ...requestOf(query, picture), topK: perPage };
      asked.current = { request, controller };
      if (isKnown) return;
      const first = await api.search(request, signal);
      if (!signal.aborted)
        show({ results: first.results, nextCursor: first.nextCursor, first, hasMoved: false });
    } catch (error) {
      if (!signal.aborted) setState({ name, error, isLoading: false });
    }
  }

  async function more(): Promise<void> {
    const found = state.found;
    if (!asked.current || !found?.nextCursor || state.isLoading || state.isStale || state.name !== name)
      return;
    const { request, controller } = asked.current;
    setState((before) => ({ ...before, error: undefined, isLoading: true }));
    try {
      const next = await api.search({ ...request, cursor: found.nextCursor }, controller.signal);
      if (controller.signal.aborted) return;
      show({ ...found, results: [...found.results, ...next.results], nextCursor: next.nextCursor });
    } catch (error) {
      if (controller.signal.aborted) return;
      if (!(error instanceof ApiProblem) || error.status !== 410)
        return setState((before) => ({ ...before, error, isLoading: false }));
      await again(request, controller);
    }
  }

  /** The version that was paged through is gone; there is a newer one. */
  async function again(request: SearchQuery, controller: AbortController): Promise<void> {
    try {
      const first = await api.search(request, controller.signal);
      if (!controller.signal.aborted)
        show({ results: first.results, nextCursor: first.nextCursor, first, hasMoved: true });
    } catch (error) {
      if (!controller.signal.aborted) setState((before) => ({ ...before, error, isLoading: false }));
    }
  }

  function show(found: Found): void {
    answered.delete(name);
    answered.set(name, found);
    for (const oldest of [...answered.keys()].slice(0, -answersKept)) answered.delete(oldest);
    setState({ name, found, isLoading: false });
  }

  return {
    found: state.found,
    error: state.error,
    isPictureGone: state.isPictureGone ?? false,
    isLoading: state.isLoading || state.name !== name,
    isStale: (state.isStale ?? false) || state.name !== name,
    more: () => void more(),
    retry: () => {
      if (state.found && state.name === name) void more();
      else setRound((before) => before + 1);
    },
  };
}

function stateOf(name: string, query: Query): State {
  const found = answered.get(name);
  return { name, found, isLoading: !found && asksForSomething(query) };
}

/** In base64, cut to the part that was drawn. */
async function pictureOf({ pictureId, crop }: Query): Promise<string | 'gone' | undefined> {
  if (pictureId === undefined) return undefined;
  const picture = await recallPicture(pictureId);
  if (!picture) return 'gone';
  return toBase64(crop ? await cropPicture(picture, crop) : await fitPicture(picture, inlineBytes));
}
