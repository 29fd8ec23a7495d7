import type { Child } from 'hono/jsx';
import { Picture } from '../../components/picture.tsx';
import { ReasonText } from '../../components/reason-text.tsx';
import { formatBytes, formatNumber, formatPercent } from '../../format.ts';
import { useStrings } from '../../language.ts';
import { UnreadablePicture } from '../../pictures/fit-picture.ts';
import { reasonOf, reasonOfCode } from '../../reason.ts';
import { hrefOf } from '../../router.ts';
import { emptyQuery, targetOf } from '../search/query.ts';
import { Closeness } from '../search/result-card.tsx';
import { type MatchedUpload, retryUpload } from './uploads.ts';

const shown = 6;

/** One picture: how far it is, then its closest products. */
export function UploadRow({ upload }: { upload: MatchedUpload }): Child {
  const words = useStrings();
  const { match } = words;
  const { file, url, state } = upload;
  return (
    <li class="upload">
      <div class="upload-picture">
        <Picture url={url} alt={file.name} />
      </div>
      <div class="upload-body">
        <p class="upload-name">
          <strong>{file.name}</strong> <span class="small muted">{formatBytes(file.size)}</span>
        </p>
        {(state.is === 'queued' || state.is === 'uploading' || state.is === 'pending') && (
          <>
            <progress
              aria-label={match.progress(file.name)}
              max={1}
              // Without a value it moves to and fro: nobody knows how long matching takes.
              value={state.is === 'pending' ? undefined : state.is === 'uploading' ? state.share : 0}
            />
            <p class="small muted">
              {state.is === 'queued' && match.queued}
              {state.is === 'uploading' && match.uploading(formatPercent(state.share))}
              {state.is === 'pending' && (state.isSlow ? match.slow : match.pending)}
            </p>
          </>
        )}
        {state.is === 'done' && (
          <p>
            <span class="badge badge-good">
              {state.results.length === 0 ? match.nothing : match.done(state.results.length)}
            </span>
          </p>
        )}
        {(state.is === 'failed' || state.is === 'refused') && (
          <div class="row">
            <span class="badge badge-danger">{match.failed}</span>
            <p class="small">
              <ReasonText
                reason={
                  state.is === 'failed'
                    ? reasonOf(state.error, words, file.name)
                    : reasonOfCode(state.problem, words)
                }
              />
            </p>
            {state.is === 'failed' && !(state.error instanceof UnreadablePicture) && (
              <button type="button" class="button button-small" onClick={() => retryUpload(upload.id)}>
                {match.retry}
              </button>
            )}
          </div>
        )}
        {state.is === 'done' && state.results.length > 0 && (
          <ul class="matches">
            {state.results.slice(0, shown).map(({ id, item, score, match: closeness }) => (
              <li key={id}>
                <a href={hrefOf(targetOf({ ...emptyQuery, itemId: id }))}>
                  <Picture url={item.images[0]} alt="" />
                  <span class="match-title">{item.title}</span>
                  <span class="card-facts">
                    <Closeness match={closeness} />
                    <span class="score">
                      {formatNumber(score, { minimumFractionDigits: 2, maximumFractionDigits: 2 })}
                    </span>
                  </span>
                </a>
              </li>
            ))}
          </ul>
        )}
      </div>
    </li>
  );
}
