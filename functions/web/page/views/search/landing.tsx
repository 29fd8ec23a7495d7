import type { Child } from 'hono/jsx';
import { api, type CatalogItem } from '../../api.ts';
import { ErrorNote } from '../../components/error-note.tsx';
import { Picture } from '../../components/picture.tsx';
import { useRequest } from '../../components/use-request.ts';
import { useStrings } from '../../language.ts';
import { hrefOf } from '../../router.ts';
import { emptyQuery, targetOf } from './query.ts';

const examples = [
  { text: 'red floral dress', lang: 'en' },
  { text: '蓝色牛仔裤', lang: 'zh-Hans' },
  { text: 'white sneakers', lang: 'en' },
  { text: '黑色皮带手表', lang: 'zh-Hans' },
  { text: 'brown handbag', lang: 'en' },
  { text: '条纹衬衫', lang: 'zh-Hans' },
] as const;
const shown = 8;
/** The catalog comes in no order of use; among so many are some of different kinds. */
const looked = 48;

/** What there is to do before anything has been asked. */
export function Landing(): Child {
  const { search } = useStrings();
  const { value, error, isLoading, reload } = useRequest('landing', (signal) =>
    api.items({ limit: looked }, signal),
  );
  return (
    <div class="landing">
      <p class="drop-hint muted small">{search.dropHint}</p>
      <section class="examples" aria-label={search.examplesLabel}>
        <span class="muted" aria-hidden="true">
          {search.examplesLabel}
        </span>
        {examples.map(({ text, lang }) => (
          <a class="example" lang={lang} href={hrefOf(targetOf({ ...emptyQuery, text }))}>
            {text}
          </a>
        ))}
      </section>
      {error !== undefined && <ErrorNote error={error} onRetry={reload} />}
      {value?.items.length === 0 && (
        <p class="empty">
          {search.emptyCatalog} <a href={hrefOf({ view: 'catalog' })}>{search.emptyCatalogLink}</a>
        </p>
      )}
      {(isLoading || (value && value.items.length > 0)) && (
        <section class="start-from">
          <h2>{search.startFrom}</h2>
          <ul class="strip">
            {value
              ? chosenOf(value.items).map((item) => (
                  <li key={item.id}>
                    <a href={hrefOf(targetOf({ ...emptyQuery, itemId: item.id }))}>
                      <Picture url={pictureOf(item)} alt={item.title} />
                    </a>
                  </li>
                ))
              : Array.from({ length: shown }, () => (
                  <li>
                    <span class="picture skeleton" />
                  </li>
                ))}
          </ul>
        </section>
      )}
    </div>
  );
}

const pictureOf = (item: CatalogItem): string | undefined => item.pictures.find(({ url }) => url)?.url;

/** Items with a picture, of as many kinds as possible. */
function chosenOf(items: readonly CatalogItem[]): readonly CatalogItem[] {
  const pictured = items.filter(pictureOf);
  const kinds = new Set<unknown>();
  const distinct = pictured.filter(({ id, attributes }) => {
    const kind = attributes.category ?? id;
    return !kinds.has(kind) && kinds.add(kind);
  });
  return [...new Set([...distinct, ...pictured])].slice(0, shown);
}
