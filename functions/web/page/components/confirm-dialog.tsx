import type { Child } from 'hono/jsx';
import { useState } from 'hono/jsx/dom';
import { useStrings } from '../language.ts';
import { Dialog } from './dialog.tsx';
import { ErrorNote } from './error-note.tsx';

export interface ConfirmDialogProps {
  readonly title: string;
  readonly text: string;
  readonly action: string;
  readonly isDestructive?: boolean;
  /** The dialog stays until it is done, and with its reason where it fails. */
  readonly onConfirm: () => Promise<void>;
  readonly onClose: () => void;
}

export function ConfirmDialog(props: ConfirmDialogProps): Child {
  const { title, text, action, isDestructive = false, onConfirm, onClose } = props;
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(undefined);
  const { cancel } = useStrings().common;

  async function confirm(): Promise<void> {
    setBusy(true);
    setError(undefined);
    try {
      await onConfirm();
    } catch (fault) {
      setError(fault);
      setBusy(false);
    }
  }

  return (
    <Dialog title={title} onClose={onClose}>
      <p>{text}</p>
      {error !== undefined && <ErrorNote error={error} />}
      <div class="dialog-actions">
        <button type="button" class="button" onClick={onClose}>
          {cancel}
        </button>
        <button
          type="button"
          class={isDestructive ? 'button button-danger' : 'button button-primary'}
          aria-disabled={isBusy ? 'true' : undefined}
          onClick={() => !isBusy && void confirm()}
        >
          {action}
        </button>
      </div>
    </Dialog>
  );
}
