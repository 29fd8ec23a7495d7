import { createStore, useStore } from './store.ts';

/**
 * The address: `#/search?text=red+dress`. Behind the hash, so that what people look for is in no log of a server
 * that the page itself is loaded from.
 */
export interface Route {
  readonly view: View;
  /** Further parts of the path, such as the id of an item. */
  readonly rest: readonly string[];
  readonly parameters: URLSearchParams;
}

export const views = ['search', 'match', 'catalog', 'index'] as const;
export type View = (typeof views)[number];

export interface Target {
  readonly view: View;
  readonly rest?: readonly string[];
  readonly parameters?: URLSearchParams;
}

/** Asked before the address is left for another; `leave` goes there after all. */
export type AskBeforeLeaving = (leave: () => void) => void;

/** Of each entry of the history of this tab: which one it is, and the address of the one before it. */
interface Entry {
  readonly place: number;
  readonly before?: string | undefined;
}

const route = createStore<Route>(read());
/** The entry that is shown. */
let shown: Entry = entryOf(history.state) ?? { place: 0 };
let shownHash = location.hash;
history.replaceState(shown, '');

let askBeforeLeaving: AskBeforeLeaving | undefined;
/** Where somebody has agreed to leave, or we go by ourselves, nobody is asked. */
let mayLeave = false;
let isFollowing = false;

addEventListener('hashchange', () => {
  // A link makes an entry that says nothing yet.
  const entry = entryOf(history.state) ?? { place: shown.place + 1, before: shownHash };
  history.replaceState(entry, '');
  const steps = entry.place - shown.place;
  if (askBeforeLeaving && !mayLeave) {
    isFollowing = false;
    // Back again where it was held.
    if (steps === 0) return;
    history.go(-steps);
    askBeforeLeaving(() => {
      mayLeave = true;
      history.go(steps);
    });
    return;
  }
  mayLeave = false;
  show(entry);
  // A link leads to the top of what it leads to; back and forward to where one was, which the browser knows.
  if (isFollowing) scrollTo(0, 0);
  isFollowing = false;
});
addEventListener('click', ({ target, ctrlKey, metaKey, shiftKey }) => {
  const link = target instanceof Element ? target.closest('a[href^="#/"]') : null;
  const href = link?.getAttribute('href');
  // Into another tab, or to where one is already, nothing is followed here; nor to what opens over what is shown.
  const isElsewhere = Boolean(href) && href !== location.hash && !link?.hasAttribute('data-opens-over');
  isFollowing = isElsewhere && !ctrlKey && !metaKey && !shiftKey;
});

export const useRoute = (): Route => useStore(route);

/**
 * From now on asks before the address is left, by a link or the browser's own buttons; the page then stays where it
 * is until `leave` is called. @returns what ends it
 */
export function holdAddress(ask: AskBeforeLeaving): () => void {
  askBeforeLeaving = ask;
  return () => {
    if (askBeforeLeaving === ask) askBeforeLeaving = undefined;
  };
}

export function hrefOf({ view, rest = [], parameters }: Target): string {
  const query = parameters?.toString();
  return `#/${[view, ...rest.map(encodeURIComponent)].join('/')}${query ? `?${query}` : ''}`;
}

export function navigate(target: Target, { replace = false } = {}): void {
  const href = hrefOf(target);
  if (href === location.hash) return;
  const entry = replace ? shown : { place: shown.place + 1, before: shownHash };
  if (replace) history.replaceState(entry, '', href);
  else history.pushState(entry, '', href);
  // Neither tells anybody.
  show(entry);
}

/** From what was opened over it back to what it was opened from, so that the back button does not open it again. */
export function navigateBack(target: Target): void {
  if (shown.before === hrefOf(target)) {
    mayLeave = true;
    history.back();
  } else navigate(target, { replace: true });
}

function show(entry: Entry): void {
  shown = entry;
  shownHash = location.hash;
  route.set(read());
}

function read(): Route {
  const [path = '', query = ''] = location.hash.replace(/^#\/?/, '').split(/\?(.*)/s);
  const [name = '', ...rest] = path.split('/').map(decode);
  const view = views.find((view) => view === name) ?? 'search';
  return { view, rest, parameters: new URLSearchParams(query) };
}

function entryOf(state: unknown): Entry | undefined {
  if (typeof state !== 'object' || state === null || !('place' in state)) return undefined;
  const { place, before }: { place: unknown; before?: unknown } = state;
  return typeof place === 'number'
    ? { place, before: typeof before === 'string' ? before : undefined }
    : undefined;
}

/** An address that somebody cut off may end in half an escape. */
function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
