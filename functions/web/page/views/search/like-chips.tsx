import type { Child } from 'hono/jsx';
import { api } from '../../api.ts';
import { CloseIcon } from '../../components/icons.tsx';
import { Picture } from '../../components/picture.tsx';
import { useRequest } from '../../components/use-request.ts';
import { useStrings } from '../../language.ts';
import { hrefOf } from '../../router.ts';
import { type Query, targetOf } from './query.ts';

/** The items that the query is like, and unlike; each can be taken out of it again. */
export function LikeChips({ query }: { query: Query }): Child {
  const { search } = useStrings();
  const { itemId, withoutItemId } = query;
  if (itemId === undefined && withoutItemId === undefined) return null;
  return (
    <ul class="chips">
      {itemId !== undefined && (
        <LikeChip
          key={`like ${itemId}`}
          label={search.like}
          itemId={itemId}
          without={{ ...query, itemId: undefined }}
        />
      )}
      {withoutItemId !== undefined && (
        <LikeChip
          key={`unlike ${withoutItemId}`}
          label={search.unlike}
          itemId={withoutItemId}
          without={{ ...query, withoutItemId: undefined }}
        />
      )}
    </ul>
  );
}

function LikeChip({ label, itemId, without }: { label: string; itemId: string; without: Query }): Child {
  const { search } = useStrings();
  const { value: item } = useRequest(itemId, (signal) => api.item(itemId, signal));
  const title = item?.title ?? itemId;
  return (
    <li class="chip">
      <Picture url={item?.pictures.find(({ url }) => url)?.url} alt="" />
      <span>
        <span class="muted">{label}</span> {title}
      </span>
      <a class="button-icon" href={hrefOf(targetOf(without))} aria-label={search.removeLike(title)}>
        <CloseIcon />
      </a>
    </li>
  );
}
