import type { Child } from 'hono/jsx';
import { useId } from 'hono/jsx/dom';
import { keyQuestion } from '../key.ts';
import { useStrings } from '../language.ts';
import { useStore } from '../store.ts';
import { Dialog } from './dialog.tsx';

/** Asks for a key when a request needs one. */
export function KeyDialog(): Child {
  const question = useStore(keyQuestion);
  const { key: words, problems } = useStrings();
  const fieldId = useId();
  if (!question) return null;
  const note = { missing: undefined, wrong: words.wrong, forbidden: problems.forbidden }[question.reason];
  return (
    <Dialog title={words.title} onClose={() => question.refuse()}>
      <form
        class="stack"
        onSubmit={(event: Event) => {
          event.preventDefault();
          const given = new FormData(event.target as HTMLFormElement).get('key');
          if (typeof given === 'string' && given.trim()) question.answer(given.trim());
        }}
      >
        <p class="muted">{words.why}</p>
        {note && (
          <p class="note note-error" role="alert">
            {note}
          </p>
        )}
        <label class="field" for={fieldId}>
          <span>{words.field}</span>
          {/* A header may have no other characters. */}
          <input
            id={fieldId}
            name="key"
            type="password"
            autocomplete="off"
            pattern="\s*[!-~]+\s*"
            required
            autofocus
          />
        </label>
        <div class="dialog-actions">
          <button type="submit" class="button button-primary">
            {words.use}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
