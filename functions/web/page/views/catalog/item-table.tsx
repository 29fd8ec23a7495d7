import type { Child } from 'hono/jsx';
import type { CatalogItem } from '../../api.ts';
import { Picture } from '../../components/picture.tsx';
import { formatAge, formatDate, formatValue } from '../../format.ts';
import { useStrings } from '../../language.ts';
import { hrefOf } from '../../router.ts';
import { targetOfCatalog } from './address.ts';

export interface ItemTableProps {
  /** Undefined while nobody knows. */
  readonly items: readonly CatalogItem[] | undefined;
  /** Of the page that they are on. */
  readonly after: string | undefined;
  readonly onDelete: (item: CatalogItem) => void;
}

const attributesShown = 4;
const skeletons = 8;

export function ItemTable({ items, after, onDelete }: ItemTableProps): Child {
  const words = useStrings();
  const { catalog, common } = words;
  if (!items)
    return (
      <div class="stack" aria-hidden="true">
        {Array.from({ length: skeletons }, () => (
          <span class="row-skeleton skeleton" />
        ))}
      </div>
    );
  return (
    <table class="table items">
      <thead>
        <tr>
          <th scope="col">{catalog.item}</th>
          <th scope="col">{catalog.attributes}</th>
          <th scope="col">{catalog.updated}</th>
          <td />
        </tr>
      </thead>
      <tbody>
        {items.map((item) => (
          <tr key={item.id}>
            <th scope="row">
              <div class="item-cell">
                <Picture url={item.pictures.find(({ url }) => url)?.url} alt="" />
                <div>
                  <a href={hrefOf(targetOfCatalog({ after, id: item.id }))} data-opens-over>
                    {item.title}
                  </a>
                  <span class="small muted">{item.id}</span>
                  <PictureStates item={item} />
                </div>
              </div>
            </th>
            <td class="small muted attributes-cell">
              {Object.entries(item.attributes)
                .slice(0, attributesShown)
                .map(([name, value]) => `${name}: ${formatValue(value, words.search)}`)
                .join(' · ')}
            </td>
            <td class="small muted time-cell">
              <time datetime={item.updatedAt} title={formatDate(item.updatedAt)}>
                {formatAge(item.updatedAt)}
              </time>
            </td>
            <td class="table-action">
              <a
                class="button button-small"
                href={hrefOf(targetOfCatalog({ after, id: item.id }))}
                data-opens-over
                aria-label={catalog.editLabel(item.title)}
              >
                {common.edit}
              </a>
              <button
                type="button"
                class="button button-small"
                aria-label={catalog.deleteLabel(item.title)}
                onClick={() => onDelete(item)}
              >
                {common.delete}
              </button>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Only what is not as it should be. */
function PictureStates({ item }: { item: CatalogItem }): Child {
  const { catalog } = useStrings();
  const pending = item.pictures.some(({ status }) => status === 'pending');
  const failed = item.pictures.some(({ status }) => status === 'failed');
  return (
    <>
      {pending && <span class="badge badge-warning">{catalog.picturePending}</span>}
      {failed && <span class="badge badge-danger">{catalog.pictureFailed}</span>}
    </>
  );
}
