import type { Child } from 'hono/jsx';
import { DropZone } from '../../components/drop-zone.tsx';
import { useStrings } from '../../language.ts';
import { acceptedTypes } from '../../pictures/picture-type.ts';
import { useStore } from '../../store.ts';
import { UploadRow } from './upload-row.tsx';
import { addUploads, clearUploads, matchedUploads } from './uploads.ts';

/** Uploads pictures as programs do, and shows what was found for each. */
export function MatchView(): Child {
  const { match } = useStrings();
  const uploads = useStore(matchedUploads);
  const done = uploads.filter(({ state }) => state.is === 'done').length;
  const failed = uploads.filter(({ state }) => state.is === 'failed' || state.is === 'refused').length;
  return (
    <div class="view">
      <header class="view-head">
        <h1>{match.heading}</h1>
        <p class="muted">{match.intro}</p>
      </header>
      <DropZone
        title={match.drop}
        choose={match.choose}
        hint={match.limits}
        accept={acceptedTypes}
        onFiles={addUploads}
      />
      {uploads.length === 0 ? (
        <p class="empty">{match.empty}</p>
      ) : (
        <section class="stack" aria-label={match.list}>
          <div class="list-head">
            <p role="status">{match.summary(done, failed, uploads.length)}</p>
            <button type="button" class="button button-small" onClick={clearUploads}>
              {match.clear}
            </button>
          </div>
          <ul class="uploads">
            {uploads.map((upload) => (
              <UploadRow key={upload.id} upload={upload} />
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}
