import type { Child } from 'hono/jsx';
import { useEffect, useRef } from 'hono/jsx/dom';
import { ConnectionNote } from './components/connection-note.tsx';
import { Header } from './components/header.tsx';
import { KeyDialog } from './components/key-dialog.tsx';
import { useStrings } from './language.ts';
import { useRoute, type View } from './router.ts';
import { CatalogView } from './views/catalog/catalog-view.tsx';
import { MatchView } from './views/match/match-view.tsx';
import { SearchView } from './views/search/search-view.tsx';
import { IndexView } from './views/versions/index-view.tsx';

const viewOf: Readonly<Record<View, () => Child>> = {
  search: SearchView,
  match: MatchView,
  catalog: CatalogView,
  index: IndexView,
};

export function App(): Child {
  const { view, parameters } = useRoute();
  const { nav, shell } = useStrings();
  const main = useRef<HTMLElement>(null);
  const isFirst = useRef(true);

  // Another view is another page: who uses a keyboard or a screen reader begins at its top.
  const isImport = view === 'catalog' && parameters.has('import');
  useEffect(() => {
    if (!isFirst.current) main.current?.focus({ preventScroll: true });
    isFirst.current = false;
  }, [view, isImport]);
  useEffect(() => {
    document.title = view === 'search' ? shell.title : `${nav[view]} · Tuwen 图文`;
  }, [view, shell]);

  const Current = viewOf[view];
  return (
    <>
      <button type="button" class="skip" onClick={() => main.current?.focus()}>
        {nav.skip}
      </button>
      <Header view={view} />
      <ConnectionNote />
      <main id="main" tabindex={-1} ref={main}>
        <Current />
      </main>
      <KeyDialog />
    </>
  );
}
