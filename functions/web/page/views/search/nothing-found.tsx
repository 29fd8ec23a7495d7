import type { Child } from 'hono/jsx';
import { useStrings } from '../../language.ts';

export interface NothingFoundProps {
  readonly isCatalogEmpty: boolean;
  /** What is not close was left out. */
  readonly isOnlyClose: boolean;
  readonly onNearest: () => void;
}

/** Why there are no results, and what to do about it. */
export function NothingFound({ isCatalogEmpty, isOnlyClose, onNearest }: NothingFoundProps): Child {
  const { search } = useStrings();
  if (!isOnlyClose || isCatalogEmpty)
    return (
      <div class="empty">
        <h2>{search.nothing}</h2>
        <p>{search.nothingText}</p>
      </div>
    );
  return (
    <div class="empty">
      <h2>{search.nothingClose}</h2>
      <p>{search.nothingCloseText}</p>
      <button type="button" class="button button-small" onClick={onNearest}>
        {search.showNearest}
      </button>
    </div>
  );
}
