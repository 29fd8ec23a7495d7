import type { Child } from 'hono/jsx';
import { useEffect, useId, useState } from 'hono/jsx/dom';
import { CloseIcon } from '../../components/icons.tsx';
import { useStrings } from '../../language.ts';
import { recallPicture } from '../../pictures/remembered-pictures.ts';
import { CropBox } from './crop-box.tsx';
import type { Query } from './query.ts';

export interface QueryPictureProps {
  readonly query: Query;
  readonly onChange: (part: Partial<Query>, options?: { replace?: boolean }) => void;
  readonly isGone: boolean;
}

/** The picture of the query, the part of it that counts, and how much it counts beside the words. */
export function QueryPicture({ query, onChange, isGone }: QueryPictureProps): Child {
  const { search } = useStrings();
  const url = usePictureUrl(query.pictureId);
  const mixId = useId();
  const hasWords = query.text.trim() !== '';
  const remove = (
    <button
      type="button"
      class="button button-small"
      onClick={() => onChange({ pictureId: undefined, crop: undefined })}
    >
      <CloseIcon />
      {search.removePicture}
    </button>
  );
  if (isGone)
    return (
      <div class="note note-warning">
        <p>{search.pictureGone}</p>
        {remove}
      </div>
    );
  return (
    <section class="query-picture" aria-label={search.picture}>
      {url === undefined ? (
        <div class="crop skeleton" />
      ) : (
        <CropBox url={url} crop={query.crop} onCrop={(crop, options) => onChange({ crop }, options)} />
      )}
      <div class="query-picture-side">
        <p class="muted small">{search.cropHint}</p>
        {hasWords && (
          <div class="mix">
            <label for={mixId}>{search.mix}</label>
            <div class="mix-range">
              <span aria-hidden="true">{search.mixWords}</span>
              <input
                id={mixId}
                type="range"
                min={0}
                max={100}
                step={5}
                value={query.mix}
                aria-valuetext={search.mixValue(query.mix)}
                onChange={(event: Event) =>
                  // Each step of a drag is not a page of its own.
                  onChange({ mix: Number((event.target as HTMLInputElement).value) }, { replace: true })
                }
              />
              <span aria-hidden="true">{search.mixPicture}</span>
            </div>
          </div>
        )}
        <div class="row">
          {query.crop ? (
            <button type="button" class="button button-small" onClick={() => onChange({ crop: undefined })}>
              {search.cropReset}
            </button>
          ) : (
            <button
              type="button"
              class="button button-small"
              onClick={() => onChange({ crop: { x: 0.2, y: 0.2, width: 0.6, height: 0.6 } })}
            >
              {search.cropStart}
            </button>
          )}
          {remove}
        </div>
      </div>
    </section>
  );
}

/** A URL for as long as the picture is shown. */
function usePictureUrl(id: string | undefined): string | undefined {
  const [url, setUrl] = useState<string | undefined>(undefined);
  useEffect(() => {
    let made: string | undefined;
    let isOver = false;
    if (id !== undefined)
      void recallPicture(id).then((picture) => {
        if (!picture || isOver) return;
        made = URL.createObjectURL(picture);
        setUrl(made);
      });
    return () => {
      isOver = true;
      if (made !== undefined) URL.revokeObjectURL(made);
    };
  }, [id]);
  return url;
}
