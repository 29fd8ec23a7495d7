import type { Child } from 'hono/jsx';
import { api, type CatalogItem } from '../../api.ts';
import { Dialog } from '../../components/dialog.tsx';
import { ErrorNote } from '../../components/error-note.tsx';
import { useRequest } from '../../components/use-request.ts';
import { useStrings } from '../../language.ts';
import { ApiProblem } from '../../request.ts';
import { ItemForm } from './item-form.tsx';

export interface ItemEditorProps {
  /** Undefined for a new one. */
  readonly id: string | undefined;
  readonly onClose: () => void;
  readonly onSaved: (item: CatalogItem) => void;
  /** Its pictures have been read meanwhile. */
  readonly onChanged: (item: CatalogItem) => void;
}

export function ItemEditor({ id, onClose, onSaved, onChanged }: ItemEditorProps): Child {
  const { catalog, common } = useStrings();
  const { value, error, isLoading, reload } = useRequest(`item ${id ?? ''}`, async (signal) =>
    id === undefined ? null : api.item(id, signal),
  );
  const isMissing = error instanceof ApiProblem && error.status === 404;
  return (
    <Dialog title={id === undefined ? catalog.newTitle : catalog.editTitle} onClose={onClose} wide>
      {isMissing && <p class="note">{catalog.notFound}</p>}
      {error !== undefined && !isMissing && <ErrorNote error={error} onRetry={reload} />}
      {value === undefined && isLoading && <p class="muted">{common.loading}</p>}
      {value !== undefined && (
        <ItemForm
          item={value ?? undefined}
          onSaved={(item) => {
            onSaved(item);
            onClose();
          }}
          onChanged={onChanged}
          onCancel={onClose}
        />
      )}
    </Dialog>
  );
}
