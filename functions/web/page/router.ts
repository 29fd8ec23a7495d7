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

const route = createStore<Route>(read());
let isFollowing = false;
addEventListener('hashchange', () => {
  route.set(read());
  // A link leads to the top of what it leads to; back and forward to where one was, which the browser knows.
  if (isFollowing) scrollTo(0, 0);
  isFollowing = false;
});
addEventListener('click', ({ target, ctrlKey, metaKey, shiftKey }) => {
  const link = target instanceof Element ? target.closest('a[href^="#/"]') : null;
  const href = link?.getAttribute('href');
  // Into another tab, or to where one is already, nothing is followed here.
  isFollowing = Boolean(href) && href !== location.hash && !ctrlKey && !metaKey && !shiftKey;
});

export const useRoute = (): Route => useStore(route);

function read(): Route {
  const [path = '', query = ''] = location.hash.replace(/^#\/?/, '').split(/\?(.*)/s);
  const [name = '', ...rest] = path.split('/').map(decode);
  const view = views.find((view) => view === name) ?? 'search';
  return { view, rest, parameters: new URLSearchParams(query) };
}

export interface Target {
  readonly view: View;
  readonly rest?: readonly string[];
  readonly parameters?: URLSearchParams;
}

export function hrefOf({ view, rest = [], parameters }: Target): string {
  const query = parameters?.toString();
  return `#/${[view, ...rest.map(encodeURIComponent)].join('/')}${query ? `?${query}` : ''}`;
}

export function navigate(target: Target, { replace = false } = {}): void {
  const href = hrefOf(target);
  if (href === location.hash) return;
  if (replace) history.replaceState(null, '', href);
  else history.pushState(null, '', href);
  // Neither tells anybody.
  route.set(read());
}

/** An address that somebody cut off may end in half an escape. */
function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
