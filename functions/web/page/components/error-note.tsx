import type { Child } from 'hono/jsx';
import { askForKey } from '../key.ts';
import { useStrings } from '../language.ts';
import { UnreadablePicture } from '../pictures/fit-picture.ts';
import { ApiProblem, Unreachable } from '../request.ts';
import type { Strings } from '../strings/en.ts';

/** What failed, why, and what can be done: try again, or another key. */
export function ErrorNote({ error, onRetry }: { error: unknown; onRetry?: () => void }): Child {
  const words = useStrings();
  const isForbidden = error instanceof ApiProblem && error.code === 'forbidden';
  const requestId = error instanceof ApiProblem && error.status >= 500 ? error.requestId : undefined;
  return (
    <div class="note note-error" role="alert">
      <p>{reasonOf(error, words)}</p>
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

/** In the words of the page where it has some; a problem's detail says expected and found, in English. */
export function reasonOf(error: unknown, words: Strings): string {
  if (error instanceof Unreachable) return words.common.unreachable;
  if (error instanceof UnreadablePicture) return words.picture.unreadable(words.search.picture);
  if (error instanceof ApiProblem) {
    if (error.code === 'forbidden') return words.key.forbidden;
    if (error.code === 'not_ready') return words.common.notReady;
    // What it was is for the log; the request's id is shown beside.
    return error.code === 'internal' ? words.common.failed : error.message;
  }
  return error instanceof Error && error.name === 'KeyRefused' ? words.key.why : words.common.failed;
}
