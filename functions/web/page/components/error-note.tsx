import type { Child } from 'hono/jsx';
import { askForKey } from '../key.ts';
import { useStrings } from '../language.ts';
import { reasonOf } from '../reason.ts';
import { ApiProblem } from '../request.ts';
import { ReasonText } from './reason-text.tsx';

/** What failed, why, and what can be done: try again, or another key. */
export function ErrorNote({ error, onRetry }: { error: unknown; onRetry?: () => void }): Child {
  const words = useStrings();
  const isForbidden = error instanceof ApiProblem && error.code === 'forbidden';
  const requestId = error instanceof ApiProblem && error.status >= 500 ? error.requestId : undefined;
  return (
    <div class="note note-error" role="alert">
      <p>
        <ReasonText reason={reasonOf(error, words)} />
      </p>
      {requestId && <p class="small">{words.common.requestId(requestId)}</p>}
      {isForbidden && (
        <button
          type="button"
          class="button button-small"
          onClick={() => askForKey('forbidden').then(onRetry, () => {})}
        >
          {words.common.otherKey}
        </button>
      )}
      {onRetry && !isForbidden && (
        <button type="button" class="button button-small" onClick={onRetry}>
          {words.common.retry}
        </button>
      )}
    </div>
  );
}
