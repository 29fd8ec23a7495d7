import type { Child } from 'hono/jsx';
import { useEffect, useRef, useState } from 'hono/jsx/dom';
import { api, type CatalogItem } from '../../api.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { ErrorNote } from '../../components/error-note.tsx';
import { PlusIcon } from '../../components/icons.tsx';
import { useStrings } from '../../language.ts';
import { ApiProblem } from '../../request.ts';
import { hrefOf, navigateBack, type Route, useRoute } from '../../router.ts';
import { ImportView } from '../import/import-view.tsx';
import { afterOf, targetOfCatalog } from './address.ts';
import { ItemEditor } from './item-editor.tsx';
import { ItemTable } from './item-table.tsx';
import { OpenItem } from './open-item.tsx';
import { Pager } from './pager.tsx';
import { watchPictures } from './save-item.ts';
import { useItems } from './use-items.ts';

/** The items as the catalog holds them; one of them open where the address names it. */
export function CatalogView(): Child {
  const route = useRoute();
  // Just before it goes it is told of the address of another view, of which it makes nothing: a list that changes its
  // page while it is taken away is not taken away whole (hono 4.13).
  const own = useRef(route);
  if (route.view === 'catalog') own.current = route;
  const { rest, parameters } = own.current!;
  return parameters.has('import') ? <ImportView /> : <Items rest={rest} parameters={parameters} />;
}

function Items({ rest, parameters }: Pick<Route, 'rest' | 'parameters'>): Child {
  const { catalog, common } = useStrings();
  const after = afterOf(parameters);
  const items = useItems(after);
  const [asked, setAsked] = useState<CatalogItem | undefined>(undefined);
  const [told, setTold] = useState<string | undefined>(undefined);
  const leaving = useRef(new AbortController());
  useEffect(() => () => leaving.current!.abort(), []);
  const close = () => navigateBack(targetOfCatalog({ after }));
  const isNew = parameters.has('new');
  const openId = isNew ? undefined : rest[0];

  // Another page of the list begins at its top.
  const heading = useRef<HTMLHeadingElement>(null);
  const before = useRef(after);
  useEffect(() => {
    if (before.current !== after) heading.current?.focus({ preventScroll: true });
    before.current = after;
  }, [after]);

  async function remove({ id }: CatalogItem): Promise<void> {
    await api.deleteItem(id).catch((error) => {
      // Somebody else was quicker.
      if (!(error instanceof ApiProblem) || error.status !== 404) throw error;
    });
    items.remove(id);
    setAsked(undefined);
    setTold(catalog.deleted(id));
  }

  return (
    <div class="view">
      <header class="view-head view-head-row">
        <h1 ref={heading} tabindex={-1}>
          {catalog.heading}
        </h1>
        <div class="row">
          <OpenItem after={after} />
          <a class="button" href={hrefOf(targetOfCatalog({ after, open: 'import' }))}>
            {catalog.import}
          </a>
          <a
            class="button button-primary"
            href={hrefOf(targetOfCatalog({ after, open: 'new' }))}
            data-opens-over
          >
            <PlusIcon />
            {catalog.add}
          </a>
        </div>
      </header>
      <div role="status">{told !== undefined && <p class="note note-good">{told}</p>}</div>
      {items.list?.length === 0 && <NoItems isAll={after === undefined && items.next === undefined} />}
      {items.list?.length !== 0 && (items.list || items.error === undefined) && (
        <ItemTable items={items.list} after={after} onDelete={setAsked} />
      )}
      {items.error !== undefined && <ErrorNote error={items.error} onRetry={items.reload} />}
      {(items.list || items.error !== undefined) && <Pager after={after} next={items.next} />}
      {(isNew || openId !== undefined) && (
        <ItemEditor
          key={openId ?? ''}
          id={openId}
          onClose={close}
          onSaved={(saved) => {
            items.put(saved.item);
            setTold(catalog.saved(saved.item.id));
            void watchPictures(saved, items.put, leaving.current!.signal);
          }}
        />
      )}
      {asked && (
        <ConfirmDialog
          title={catalog.deleteTitle}
          text={catalog.deleteText(asked.title)}
          action={common.delete}
          isDestructive
          onConfirm={() => remove(asked)}
          onClose={() => setAsked(undefined)}
        />
      )}
    </div>
  );
}

/** In all of the catalog, or on this page of it. */
function NoItems({ isAll }: { isAll: boolean }): Child {
  const { catalog } = useStrings();
  if (!isAll) return <p class="empty">{catalog.emptyPage}</p>;
  return (
    <div class="empty">
      <h2>{catalog.empty}</h2>
      <p>{catalog.emptyText}</p>
    </div>
  );
}
