import type { Child } from 'hono/jsx';
import { useState } from 'hono/jsx/dom';
import type { Index } from '../../api.ts';
import { ErrorNote } from '../../components/error-note.tsx';
import { formatAge, formatNumber } from '../../format.ts';
import { useStrings } from '../../language.ts';

export interface LiveVersionProps {
  readonly index: Index | undefined;
  readonly isLoading: boolean;
  readonly onUnpin: () => Promise<void>;
}

export function LiveVersion({ index, isLoading, onUnpin }: LiveVersionProps): Child {
  const { index: words } = useStrings();
  const [error, setError] = useState<unknown>(undefined);
  const [isBusy, setBusy] = useState(false);
  if (!index) return isLoading ? <div class="panel panel-skeleton skeleton" /> : null;
  const figures: readonly (readonly [string, string])[] = [
    [words.items, formatNumber(index.items)],
    [words.vectors, formatNumber(index.vectors)],
    [words.dimensions, formatNumber(index.dimensions)],
    [words.built, formatAge(index.builtAt)],
    [words.waiting, formatNumber(index.pending)],
  ];
  return (
    <section class="panel" aria-labelledby="live-heading">
      <h2 id="live-heading">{words.live}</h2>
      <p class="version-name">
        <code>{index.version}</code> <span class="muted">{index.model}</span>
      </p>
      <dl class="figures">
        {figures.map(([name, value]) => (
          <div>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {(!index.pinned || index.pending > 0) && <p class="muted">{words.waitingText(index.pending)}</p>}
      {index.pinned && (
        <div class="note note-warning">
          <p>{words.pinned}</p>
          <button
            type="button"
            class="button button-small"
            aria-disabled={isBusy ? 'true' : undefined}
            onClick={() => {
              if (isBusy) return;
              setError(undefined);
              setBusy(true);
              onUnpin()
                .catch(setError)
                .finally(() => setBusy(false));
            }}
          >
            {words.unpin}
          </button>
        </div>
      )}
      {error !== undefined && <ErrorNote error={error} />}
    </section>
  );
}
