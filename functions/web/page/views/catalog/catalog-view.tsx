import type { Child } from 'hono/jsx';
import { useEffect, useRef, useState } from 'hono/jsx/dom';
import { api, type CatalogItem } from '../../api.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { ErrorNote } from '../../components/error-note.tsx';
import { PlusIcon } from '../../components/icons.tsx';
import { MoreButton } from '../../components/more-button.tsx';
import { useStrings } from '../../language.ts';
import { ApiProblem } from '../../request.ts';
import { hrefOf, navigate, useRoute } from '../../router.ts';
import { ImportView } from '../import/import-view.tsx';
import { ItemEditor } from './item-editor.tsx';
import { ItemTable } from './item-table.tsx';
import { OpenItem } from './open-item.tsx';
import { watchPictures } from './save-item.ts';
import { useItems } from './use-items.ts';

/** The items as the catalog holds them; one of them open where the address names it. */
export function CatalogView(): Child {
  const { parameters } = useRoute();
  return parameters.has('import') ? <ImportView /> : <Items />;
}

function Items(): Child {
  const { catalog, common } = useStrings();
  const { rest, parameters } = useRoute();
  const items = useItems();
  const [asked, setAsked] = useState<CatalogItem | undefined>(undefined);
  const [told, setTold] = useState<string | undefined>(undefined);
  const leaving = useRef(new AbortController());
  useEffect(() => () => leaving.current!.abort(), []);
  const close = () => navigate({ view: 'catalog' });
  const isNew = parameters.has('new');
  const openId = isNew ? undefined : rest[0];

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
        <h1>{catalog.heading}</h1>
        <div class="row">
          <OpenItem />
          <a
            class="button"
            href={hrefOf({ view: 'catalog', parameters: new URLSearchParams({ import: '1' }) })}
          >
            {catalog.import}
          </a>
          <a
            class="button button-primary"
            href={hrefOf({ view: 'catalog', parameters: new URLSearchParams({ new: '1' }) })}
          >
            <PlusIcon />
            {catalog.add}
          </a>
        </div>
      </header>
      <div role="status">{told !== undefined && <p class="note note-good">{told}</p>}</div>
      {items.list?.length === 0 && items.cursor === undefined && (
        <div class="empty">
          <h2>{catalog.empty}</h2>
          <p>{catalog.emptyText}</p>
        </div>
      )}
      {items.list?.length !== 0 && items.error === undefined && (
        <ItemTable items={items.list} onDelete={setAsked} />
      )}
      {items.error !== undefined && <ErrorNote error={items.error} onRetry={items.more} />}
      {items.list && items.cursor !== undefined && items.error === undefined && (
        <MoreButton key={items.cursor} isLoading={items.isLoading} onMore={items.more} />
      )}
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
