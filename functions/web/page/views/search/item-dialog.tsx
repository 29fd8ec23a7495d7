import type { Child } from 'hono/jsx';
import { useState } from 'hono/jsx/dom';
import type { SearchResult } from '../../api.ts';
import { Dialog } from '../../components/dialog.tsx';
import { Picture } from '../../components/picture.tsx';
import { formatValue } from '../../format.ts';
import { useStrings } from '../../language.ts';
import { hrefOf } from '../../router.ts';
import type { Query } from './query.ts';
import { LikeLinks, ResultFacts } from './result-card.tsx';

export interface ItemDialogProps {
  readonly result: SearchResult;
  readonly query: Query;
  readonly onClose: () => void;
}

/** All of one result. */
export function ItemDialog({ result, query, onClose }: ItemDialogProps): Child {
  const { search } = useStrings();
  const { item, id } = result;
  const [place, setPlace] = useState(0);
  return (
    <Dialog title={item.title} onClose={onClose} wide>
      <div class="item">
        <div class="item-pictures">
          <Picture url={item.images[place]} alt={item.title} />
          {item.images.length > 1 && (
            <div class="item-thumbnails">
              {item.images.map((url, i) => (
                <button
                  type="button"
                  class="thumbnail"
                  aria-label={`${i + 1} / ${item.images.length}`}
                  aria-pressed={i === place ? 'true' : 'false'}
                  onClick={() => setPlace(i)}
                >
                  <Picture url={url} alt="" />
                </button>
              ))}
            </div>
          )}
        </div>
        <div class="item-words">
          <ResultFacts result={result} />
          {item.description && <p>{item.description}</p>}
          <dl class="attributes">
            {Object.entries(item.attributes).map(([name, value]) => (
              <div>
                <dt>{name}</dt>
                <dd>{formatValue(value, search)}</dd>
              </div>
            ))}
          </dl>
          <p class="small muted">{id}</p>
          <LikeLinks id={id} title={item.title} query={query} onFollow={onClose} />
          <a href={hrefOf({ view: 'catalog', rest: [id] })}>{search.editItem}</a>
        </div>
      </div>
    </Dialog>
  );
}
