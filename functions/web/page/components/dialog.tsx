import type { Child } from 'hono/jsx';
import { useEffect, useId, useRef } from 'hono/jsx/dom';
import { useStrings } from '../language.ts';
import { CloseIcon } from './icons.tsx';

export interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly wide?: boolean;
  readonly children?: Child;
}

/** A modal dialog of the browser's own: it keeps the focus, gives it back, and Escape closes it. */
export function Dialog({ title, onClose, wide = false, children }: DialogProps): Child {
  const element = useRef<HTMLDialogElement>(null);
  const headingId = useId();
  const { close } = useStrings().common;

  useEffect(() => {
    const before = document.activeElement;
    element.current?.showModal();
    return () => {
      // Removed while open, it would not give the focus back by itself.
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);

  return (
    <dialog
      ref={element}
      class={wide ? 'dialog dialog-wide' : 'dialog'}
      aria-labelledby={headingId}
      onCancel={(event: Event) => {
        // A file field inside that is left without a choice sends one up, too.
        if (event.target !== element.current) return;
        event.preventDefault();
        onClose();
      }}
    >
      <header class="dialog-head">
        <h2 id={headingId}>{title}</h2>
        <button type="button" class="button-icon" aria-label={close} onClick={onClose}>
          <CloseIcon />
        </button>
      </header>
      {children}
    </dialog>
  );
}
