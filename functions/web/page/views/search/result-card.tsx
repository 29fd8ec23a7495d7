import type { Child } from 'hono/jsx';
import type { SearchResult } from '../../api.ts';
import { Picture } from '../../components/picture.tsx';
import { formatNumber, formatPrice } from '../../format.ts';
import { useStrings } from '../../language.ts';
import { hrefOf, type Target } from '../../router.ts';
import { closenessOf } from './closeness.ts';
import { emptyQuery, type Query, targetOf } from './query.ts';

export interface ResultCardProps {
  readonly result: SearchResult;
  readonly query: Query;
  readonly onOpen: () => void;
}

export function ResultCard({ result, query, onOpen }: ResultCardProps): Child {
  const { search } = useStrings();
  const { item } = result;
  return (
    <li class="card">
      <button type="button" class="card-open" aria-label={`${search.about}: ${item.title}`} onClick={onOpen}>
        <Picture url={item.images[0]} alt="" />
      </button>
      <h2 class="card-title">{item.title}</h2>
      <ResultFacts result={result} />
      <LikeLinks id={result.id} title={item.title} query={query} />
    </li>
  );
}

/** Price, how close it is in a word, and the bare score. */
export function ResultFacts({ result }: { result: SearchResult }): Child {
  const { search } = useStrings();
  const price = formatPrice(result.item.attributes);
  return (
    <p class="card-facts">
      {price !== undefined && <span class="price">{price}</span>}
      <Closeness match={result.match} />
      <span class="score">
        {search.score(formatNumber(result.score, { minimumFractionDigits: 2, maximumFractionDigits: 2 }))}
      </span>
    </p>
  );
}

/** In a word, where the live model can tell. */
export function Closeness({ match }: { match: number | undefined }): Child {
  const { search } = useStrings();
  if (match === undefined) return null;
  const closeness = closenessOf(match);
  return <span class={`closeness closeness-${closeness}`}>{search.match[closeness]}</span>;
}

interface LikeLinksProps {
  readonly id: string;
  readonly title: string;
  readonly query: Query;
  readonly onFollow?: () => void;
}

/** Addresses, so that they can be opened beside this one. */
export function LikeLinks({ id, title, query, onFollow = () => {} }: LikeLinksProps): Child {
  const { search } = useStrings();
  const like: Target = targetOf({
    ...emptyQuery,
    itemId: id,
    filter: query.filter,
    onlyClose: query.onlyClose,
  });
  const unlike: Target = targetOf({ ...query, withoutItemId: id });
  return (
    <p class="card-links">
      <a href={hrefOf(like)} onClick={onFollow} aria-label={`${search.moreLike}: ${title}`}>
        {search.moreLike}
      </a>
      <a href={hrefOf(unlike)} onClick={onFollow} aria-label={`${search.notLike}: ${title}`}>
        {search.notLike}
      </a>
    </p>
  );
}

export function SkeletonCard(): Child {
  return (
    <li class="card" aria-hidden="true">
      <span class="picture skeleton" />
      <span class="line skeleton" />
      <span class="line line-short skeleton" />
    </li>
  );
}
