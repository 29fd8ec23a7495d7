import type { Child } from 'hono/jsx';
import { useRef, useState } from 'hono/jsx/dom';
import { api } from '../../api.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { ErrorNote } from '../../components/error-note.tsx';
import { useRequest } from '../../components/use-request.ts';
import { useStrings } from '../../language.ts';
import { ApiProblem } from '../../request.ts';
import { ItemForm } from './item-form.tsx';
import type { Saved } from './save-item.ts';

export interface ItemEditorProps {
  /** Undefined for a new one. */
  readonly id: string | undefined;
  readonly onClose: () => void;
  readonly onSaved: (saved: Saved) => void;
}

export function ItemEditor({ id, onClose, onSaved }: ItemEditorProps): Child {
  const { catalog, common } = useStrings();
  const { value, error, isLoading, reload } = useRequest(`item ${id ?? ''}`, async (signal) =>
    id === undefined ? null : api.item(id, signal),
  );
  const isEdited = useRef(false);
  const [isLeaving, setLeaving] = useState(false);
  const leave = () => (isEdited.current ? setLeaving(true) : onClose());
  const isMissing = error instanceof ApiProblem && error.status === 404;
  return (
    <Dialog title={id === undefined ? catalog.newTitle : catalog.editTitle} onClose={leave} wide>
      {isMissing && <p class="note">{catalog.notFound}</p>}
      {error !== undefined && !isMissing && <ErrorNote error={error} onRetry={reload} />}
      {value === undefined && isLoading && <p class="muted">{common.loading}</p>}
      {value !== undefined && (
        <ItemForm
          item={value ?? undefined}
          onSaved={(saved) => {
            onSaved(saved);
            onClose();
          }}
          onEdited={() => {
            isEdited.current = true;
          }}
          onCancel={leave}
        />
      )}
      {isLeaving && (
        <ConfirmDialog
          title={catalog.leaveTitle}
          text={catalog.leaveText}
          action={catalog.leave}
          isDestructive
          onConfirm={async () => onClose()}
          onClose={() => setLeaving(false)}
        />
      )}
    </Dialog>
  );
}
