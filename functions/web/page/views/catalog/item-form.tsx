import type { Child } from 'hono/jsx';
import { useId, useState } from 'hono/jsx/dom';
import type { CatalogItem } from '../../api.ts';
import { ErrorNote } from '../../components/error-note.tsx';
import { useStrings } from '../../language.ts';
import { AttributeFields } from './attribute-fields.tsx';
import { attributesOf, rowsOf } from './attribute-rows.ts';
import { ItemPictures } from './item-pictures.tsx';
import { isTaken, saveItem, watchPictures } from './save-item.ts';

export interface ItemFormProps {
  readonly item: CatalogItem | undefined;
  readonly onSaved: (item: CatalogItem) => void;
  readonly onChanged: (item: CatalogItem) => void;
  readonly onCancel: () => void;
}

export function ItemForm({ item, onSaved, onChanged, onCancel }: ItemFormProps): Child {
  const { catalog, common } = useStrings();
  const fieldId = useId();
  const [rows, setRows] = useState(() => rowsOf(item?.attributes ?? {}));
  const [added, setAdded] = useState<readonly File[]>([]);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(undefined);
  /** The id of another item, which saving would replace. */
  const [taken, setTaken] = useState<string | undefined>(undefined);

  async function save(form: HTMLFormElement): Promise<void> {
    const fields = new FormData(form);
    const text = (name: string) => String(fields.get(name) ?? '').trim();
    const id = item?.id ?? text('id');
    const description = text('description');
    setBusy(true);
    setError(undefined);
    try {
      if (!item && taken !== id && (await isTaken(id))) return setTaken(id);
      const body = {
        title: text('title'),
        ...(description && { description }),
        attributes: attributesOf(rows),
        images: item?.images ?? [],
      };
      const saved = await saveItem(id, body, added);
      onSaved(saved);
      void watchPictures(saved, added.length, onChanged);
    } catch (fault) {
      setError(fault);
    } finally {
      setBusy(false);
    }
  }

  return (
    <form
      class="stack"
      onSubmit={(event: Event) => {
        event.preventDefault();
        void save(event.target as HTMLFormElement);
      }}
    >
      {item ? (
        <p class="small muted">
          {catalog.id}: <code>{item.id}</code>
        </p>
      ) : (
        <label class="field" for={`${fieldId}-id`}>
          <span>{catalog.id}</span>
          <input
            id={`${fieldId}-id`}
            name="id"
            type="text"
            maxlength={128}
            pattern="[^\/?#%\\]+"
            title={catalog.idHint}
            autocomplete="off"
            required
          />
          <span class="small muted">{catalog.idHint}</span>
        </label>
      )}
      <label class="field" for={`${fieldId}-title`}>
        <span>{catalog.title}</span>
        <input
          id={`${fieldId}-title`}
          name="title"
          type="text"
          maxlength={500}
          value={item?.title ?? ''}
          autocomplete="off"
          required
        />
      </label>
      <label class="field" for={`${fieldId}-description`}>
        <span>{catalog.description}</span>
        <textarea
          id={`${fieldId}-description`}
          name="description"
          maxlength={5000}
          value={item?.description ?? ''}
        />
      </label>
      <AttributeFields rows={rows} onRows={setRows} />
      <ItemPictures
        pictures={item?.pictures ?? []}
        title={item?.title ?? ''}
        added={added}
        onAdded={setAdded}
      />
      {taken !== undefined && <p class="note note-warning">{catalog.exists}</p>}
      {error !== undefined && <ErrorNote error={error} />}
      <div class="dialog-actions">
        <button type="button" class="button" onClick={onCancel}>
          {common.cancel}
        </button>
        <button type="submit" class="button button-primary" disabled={isBusy}>
          {isBusy ? common.loading : common.save}
        </button>
      </div>
    </form>
  );
}
