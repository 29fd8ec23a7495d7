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
  const isOver = useRef(false);
  const headingId = useId();
  const { close } = useStrings().common;

  useEffect(() => {
    const dialog = element.current;
    dialog?.showModal();
    return () => {
      isOver.current = true;
      // So that the focus goes back to where it was; all around is inert until then.
      dialog?.close();
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
      onClose={() => {
        if (isOver.current) return;
        // A browser that is asked again, with nothing done in between, closes it without asking. Who put it up
        // decides, and puts it down or leaves it.
        onClose();
        setTimeout(() => {
          if (!isOver.current && element.current?.open === false) element.current.showModal();
        });
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
