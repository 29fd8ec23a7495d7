import type { Child } from 'hono/jsx';
import { useCallback, useEffect, useRef } from 'hono/jsx/dom';
import { useFilesFromAnywhere } from '../../components/use-files-from-anywhere.ts';
import { useStateOf } from '../../components/use-state-of.ts';
import { useStrings } from '../../language.ts';
import { fitPicture, inlineBytes } from '../../pictures/fit-picture.ts';
import { pictureTypeOf } from '../../pictures/picture-type.ts';
import { rememberPicture } from '../../pictures/remembered-pictures.ts';
import { reasonOf } from '../../reason.ts';
import { navigate, useRoute } from '../../router.ts';
import { FilterPanel } from './filter-panel.tsx';
import { Landing } from './landing.tsx';
import { LikeChips } from './like-chips.tsx';
import { asksForSomething, type Query, readQuery, targetOf } from './query.ts';
import { QueryPicture } from './query-picture.tsx';
import { Results } from './results.tsx';
import { type Draft, SearchForm } from './search-form.tsx';
import { useSearch } from './use-search.ts';

/** Search by words, a picture, an item, or any mix of them. The address holds all of it but the picture's bytes. */
export function SearchView(): Child {
  const words = useStrings();
  const query = readQuery(useRoute().parameters);
  const searching = useSearch(query);
  const [fault, setFault] = useStateOf<string | undefined>(query.pictureId, undefined);
  const draft = useRef<Draft | null>(null);
  // For listeners that outlive a drawing.
  const latest = useRef(query);
  latest.current = query;
  const wordsNow = useRef(words);
  wordsNow.current = words;

  const change = (part: Partial<Query>, { replace = false } = {}): void => {
    setFault(undefined);
    // What stands in the fields counts, even if nobody has pressed Enter.
    navigate(targetOf({ ...latest.current!, ...draft.current, ...part }), { replace });
  };

  // A picture takes a moment to be read; by then there may be a later one, or another view.
  const latestPicture = useRef<object | null>(null);
  useEffect(
    () => () => {
      latestPicture.current = null;
    },
    [],
  );
  const takePicture = useCallback(async (files: File[]) => {
    const { picture: told } = wordsNow.current!;
    const picture = files.find(pictureTypeOf) ?? files[0];
    if (!picture) return;
    latestPicture.current = picture;
    if (!pictureTypeOf(picture))
      return setFault(told[picture.type.startsWith('image/') ? 'unreadable' : 'notAPicture'](picture.name));
    try {
      const pictureId = await rememberPicture(await fitPicture(picture, inlineBytes));
      if (latestPicture.current === picture) change({ pictureId, crop: undefined });
    } catch (error) {
      if (latestPicture.current === picture) setFault(reasonOf(error, wordsNow.current!, picture.name).text);
    }
  }, []);
  const isOver = useFilesFromAnywhere(takePicture);

  const isAsking = asksForSomething(query);
  return (
    <div class={isAsking ? 'search' : 'search search-start'}>
      {isAsking ? (
        <h1 class="visually-hidden">{words.search.heading}</h1>
      ) : (
        <div class="hero">
          <h1>{words.search.heroTitle}</h1>
          <p>{words.search.heroText}</p>
        </div>
      )}
      <SearchForm
        query={query}
        onChange={change}
        draft={draft}
        onFiles={(files) => void takePicture(files)}
      />
      {fault !== undefined && (
        <p class="note note-error" role="alert">
          {fault}
        </p>
      )}
      {query.pictureId !== undefined && (
        <QueryPicture
          key={query.pictureId}
          query={query}
          onChange={change}
          isGone={searching.isPictureGone}
        />
      )}
      <LikeChips query={query} />
      {isAsking ? (
        <div class="found">
          <FilterPanel filter={query.filter} onFilter={(filter) => change({ filter })} />
          <Results query={query} searching={searching} onOnlyClose={(onlyClose) => change({ onlyClose })} />
        </div>
      ) : (
        <Landing />
      )}
      {isOver && (
        <div class="drop-veil" aria-hidden="true">
          <p>{words.search.dropNow}</p>
        </div>
      )}
    </div>
  );
}
