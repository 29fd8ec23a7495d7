import { useEffect, useRef, useState } from 'hono/jsx/dom';
import { api, type SearchAnswer, type SearchQuery, type SearchResult } from '../../api.ts';
import { cropPicture, fitPicture, inlineBytes, toBase64 } from '../../pictures/fit-picture.ts';
import { recallPicture } from '../../pictures/remembered-pictures.ts';
import { ApiProblem } from '../../request.ts';
import { hrefOf } from '../../router.ts';
import { asksForSomething, type Query, requestOf, targetOf } from './query.ts';
import { recallAnswer, rememberAnswer } from './remembered-answers.ts';

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

interface State {
  readonly name: string;
  readonly found?: Found | undefined;
  readonly error?: unknown;
  readonly isPictureGone?: boolean;
  readonly isLoading: boolean;
  readonly isStale?: boolean;
}

interface Asked {
  /** Undefined where its picture is gone. */
  readonly request: Promise<SearchQuery | undefined>;
  readonly signal: AbortSignal;
  isPaging: boolean;
}

/** What the API finds for the query of the address, page by page. */
export function useSearch(query: Query): Searching {
  const name = hrefOf(targetOf(query));
  const [state, setState] = useState<State>(() => stateOf(name, query));
  const [round, setRound] = useState(0);
  const asked = useRef<Asked | null>(null);

  useEffect(() => {
    const controller = new AbortController();
    const known = stateOf(name, query);
    // What was found before stays in sight, pale, until the new results are there.
    setState((before) => ({ ...known, found: known.found ?? before.found, isStale: !known.found }));
    asked.current = null;
    if (asksForSomething(query)) {
      const { signal } = controller;
      const asking: Asked = { request: requestFor(query), signal, isPaging: false };
      asked.current = asking;
      void begin(asking, known.found !== undefined);
    }
    return () => controller.abort();
  }, [name, round]);

  /** @param isKnown what is found is shown already; only its picture may be gone */
  async function begin({ request: prepared, signal }: Asked, isKnown: boolean): Promise<void> {
    try {
      const request = await prepared;
      if (signal.aborted) return;
      if (!request) return setState({ name, isPictureGone: true, isLoading: false });
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
    const asking = asked.current;
    // The end may come into sight and be clicked at once.
    if (!asking || asking.isPaging || !found?.nextCursor) return;
    if (state.isLoading || state.isStale || state.name !== name) return;
    const { signal } = asking;
    asking.isPaging = true;
    setState((before) => ({ ...before, error: undefined, isLoading: true }));
    try {
      const request = await asking.request;
      if (!request || signal.aborted) return;
      const next = await nextPage(request, found, signal);
      if (!signal.aborted) show(next);
    } catch (error) {
      if (!signal.aborted) setState((before) => ({ ...before, error, isLoading: false }));
    } finally {
      asking.isPaging = false;
    }
  }

  function show(found: Found): void {
    rememberAnswer(name, found);
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
  const found = recallAnswer(name);
  return { name, found, isLoading: !found && asksForSomething(query) };
}

/** What was found with its next page; the first page anew where the version that was paged through is gone. */
async function nextPage(request: SearchQuery, found: Found, signal: AbortSignal): Promise<Found> {
  try {
    const next = await api.search({ ...request, cursor: found.nextCursor }, signal);
    return { ...found, results: [...found.results, ...next.results], nextCursor: next.nextCursor };
  } catch (error) {
    if (!(error instanceof ApiProblem) || error.status !== 410) throw error;
    const first = await api.search(request, signal);
    return { results: first.results, nextCursor: first.nextCursor, first, hasMoved: true };
  }
}

async function requestFor(query: Query): Promise<SearchQuery | undefined> {
  const picture = await pictureOf(query);
  return picture === 'gone' ? undefined : { ...requestOf(query, picture), topK: perPage };
}

/** In base64, cut to the part that was drawn. */
async function pictureOf({ pictureId, crop }: Query): Promise<string | 'gone' | undefined> {
  if (pictureId === undefined) return undefined;
  const picture = await recallPicture(pictureId);
  if (!picture) return 'gone';
  return toBase64(crop ? await cropPicture(picture, crop) : await fitPicture(picture, inlineBytes));
}
