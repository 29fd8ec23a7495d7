import type { Child } from 'hono/jsx';
import { useEffect, useId, useRef, useState } from 'hono/jsx/dom';
import type { CatalogItem } from '../../api.ts';
import { ErrorNote } from '../../components/error-note.tsx';
import { useStrings } from '../../language.ts';
import { AttributeFields } from './attribute-fields.tsx';
import { attributesOf, rowsOf, twiceNamed } from './attribute-rows.ts';
import { ItemPictures } from './item-pictures.tsx';
import { type Saved, type Surprise, saveItem, surpriseOf } from './save-item.ts';

export interface ItemFormProps {
  readonly item: CatalogItem | undefined;
  readonly onSaved: (saved: Saved) => void;
  /** There is something that closing the form would lose. */
  readonly onEdited: () => void;
  readonly onCancel: () => void;
}

export function ItemForm({ item, onSaved, onEdited, onCancel }: ItemFormProps): Child {
  const { catalog, common } = useStrings();
  const fieldId = useId();
  const [rows, setRows] = useState(() => rowsOf(item?.attributes ?? {}));
  const [removed, setRemoved] = useState<readonly string[]>([]);
  const [added, setAdded] = useState<readonly File[]>([]);
  const twice = twiceNamed(rows);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(undefined);
  /** What saving would replace unseen; the person has been told, and saving again does it. */
  const [surprise, setSurprise] = useState<Surprise | undefined>(undefined);
  /** Once the item may have been written: what is there under its id is our own. */
  const ownId = useRef<string | null>(null);
  // Who closes the form while it saves gives up what has not been sent, and hears no more of it.
  const saving = useRef<AbortController | null>(null);
  useEffect(() => () => saving.current?.abort(), []);

  async function save(form: HTMLFormElement): Promise<void> {
    const fields = new FormData(form);
    const text = (name: string) => String(fields.get(name) ?? '').trim();
    const id = item?.id ?? text('id');
    const description = text('description');
    const controller = new AbortController();
    const { signal } = controller;
    saving.current = controller;
    setBusy(true);
    setError(undefined);
    try {
      if (ownId.current !== id) {
        const found = await surpriseOf(id, surprise?.id === id ? surprise.found : item, signal);
        if (found) return setSurprise(found);
      }
      ownId.current = id;
      setSurprise(undefined);
      const body = {
        title: text('title'),
        ...(description && { description }),
        attributes: attributesOf(rows),
        images: item?.images ?? [],
      };
      const saved = await saveItem({ id, body, removed, added }, signal);
      if (!signal.aborted) onSaved(saved);
    } catch (fault) {
      if (!signal.aborted) setError(fault);
    } finally {
      if (!signal.aborted) setBusy(false);
    }
  }

  return (
    <form
      class="stack"
      onInput={onEdited}
      onSubmit={(event: Event) => {
        event.preventDefault();
        if (!isBusy && twice === undefined) void save(event.target as HTMLFormElement);
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
      <AttributeFields
        rows={rows}
        onRows={(changed) => {
          setRows(changed);
          onEdited();
        }}
      />
      {twice !== undefined && (
        <p class="note note-error" role="alert">
          {catalog.attributeTwice(twice)}
        </p>
      )}
      <ItemPictures
        pictures={item?.pictures ?? []}
        title={item?.title ?? ''}
        removed={removed}
        onRemoved={(keys) => {
          setRemoved(keys);
          onEdited();
        }}
        added={added}
        onAdded={(files) => {
          setAdded(files);
          onEdited();
        }}
      />
      {surprise && (
        <p class="note note-warning" role="alert">
          {warningOf(surprise)}
        </p>
      )}
      {error !== undefined && <ErrorNote error={error} />}
      <div class="dialog-actions">
        <button type="button" class="button" onClick={onCancel}>
          {common.cancel}
        </button>
        <button type="submit" class="button button-primary" aria-disabled={isBusy ? 'true' : undefined}>
          {isBusy ? common.saving : common.save}
        </button>
      </div>
    </form>
  );

  function warningOf({ found }: Surprise): string {
    if (!item) return catalog.exists;
    return found ? catalog.changedMeanwhile : catalog.deletedMeanwhile;
  }
}
