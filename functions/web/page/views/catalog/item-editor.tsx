import type { Child } from 'hono/jsx';
import { useEffect, useRef, useState } from 'hono/jsx/dom';
import { api } from '../../api.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { ErrorNote } from '../../components/error-note.tsx';
import { useRequest } from '../../components/use-request.ts';
import { holdPage } from '../../hold-page.ts';
import { useStrings } from '../../language.ts';
import { ApiProblem } from '../../request.ts';
import { holdAddress } from '../../router.ts';
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
  /** Where somebody wants to go while there is something that would be lost. */
  const [leaving, setLeaving] = useState<{ readonly go: () => void } | undefined>(undefined);
  /** Once there is. */
  const release = useRef<(() => void) | null>(null);
  useEffect(() => () => release.current?.(), []);

  function hold(): void {
    if (release.current) return;
    const releaseAddress = holdAddress((go) => setLeaving({ go }));
    const releasePage = holdPage();
    release.current = () => {
      releaseAddress();
      releasePage();
    };
  }

  const leave = () => (release.current ? setLeaving({ go: onClose }) : onClose());
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
            release.current?.();
            onSaved(saved);
            onClose();
          }}
          onEdited={hold}
          onCancel={leave}
        />
      )}
      {leaving && (
        <ConfirmDialog
          title={catalog.leaveTitle}
          text={catalog.leaveText}
          action={catalog.leave}
          isDestructive
          onConfirm={async () => leaving.go()}
          onClose={() => setLeaving(undefined)}
        />
      )}
    </Dialog>
  );
}
