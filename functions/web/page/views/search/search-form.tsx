import type { Child } from 'hono/jsx';
import { useId, useRef } from 'hono/jsx/dom';
import { FileButton } from '../../components/file-button.tsx';
import { CameraIcon, CloseIcon, PictureIcon, SearchIcon } from '../../components/icons.tsx';
import { useStateOf } from '../../components/use-state-of.ts';
import { useStrings } from '../../language.ts';
import { acceptedTypes } from '../../pictures/picture-type.ts';
import type { Query } from './query.ts';

/** The words of the query as they stand in the fields. */
export type Draft = Pick<Query, 'text' | 'withoutText'>;

export interface SearchFormProps {
  readonly query: Query;
  readonly onChange: (part: Partial<Query>) => void;
  /** Told of what stands in the fields, submitted or not. */
  readonly draft: { current: Draft | null };
  readonly onFiles: (files: File[]) => void;
}

/** The one box: words, a picture, and what is to be left out. */
export function SearchForm({ query, onChange, draft, onFiles }: SearchFormProps): Child {
  const { search } = useStrings();
  // The address may change by itself: a link, the back button.
  const [text, setText] = useStateOf(query.text, query.text);
  const [withoutText, setWithoutText] = useStateOf(query.withoutText, query.withoutText);
  const field = useRef<HTMLInputElement>(null);
  const withoutId = useId();
  const againstId = useId();

  draft.current = { text: text.trim(), withoutText: withoutText.trim() };

  const isRefined = query.withoutText !== '' || query.against !== 'any';
  return (
    <search>
      <form
        onSubmit={(event: Event) => {
          event.preventDefault();
          onChange({});
        }}
      >
        <div class="search-box">
          <input
            ref={field}
            type="text"
            enterkeyhint="search"
            autocomplete="off"
            maxlength={2000}
            aria-label={search.field}
            placeholder={search.placeholder}
            value={text}
            onInput={(event: Event) => setText((event.target as HTMLInputElement).value)}
          />
          {text !== '' && (
            <button
              type="button"
              class="button-icon"
              aria-label={search.clear}
              onClick={() => {
                setText('');
                field.current?.focus();
                if (query.text !== '') onChange({ text: '' });
              }}
            >
              <CloseIcon />
            </button>
          )}
          <FileButton
            class="button-quiet"
            label={search.addPictureLabel}
            accept={acceptedTypes}
            onFiles={onFiles}
          >
            <PictureIcon />
            <span class="wide-only">{search.addPicture}</span>
          </FileButton>
          <FileButton
            class="button-quiet touch-only"
            label={search.cameraLabel}
            accept="image/*"
            onFiles={onFiles}
            camera
          >
            <CameraIcon />
          </FileButton>
          <button type="submit" class="button button-primary">
            <SearchIcon />
            <span class="wide-only">{search.submit}</span>
            <span class="narrow-only visually-hidden">{search.submit}</span>
          </button>
        </div>
        <details class="refine" open={isRefined}>
          <summary>{search.options}</summary>
          <div class="refine-fields">
            <label class="field" for={withoutId}>
              <span>{search.without}</span>
              <input
                id={withoutId}
                type="text"
                maxlength={2000}
                autocomplete="off"
                placeholder={search.withoutPlaceholder}
                value={withoutText}
                onInput={(event: Event) => setWithoutText((event.target as HTMLInputElement).value)}
              />
            </label>
            <label class="field" for={againstId}>
              <span>{search.against}</span>
              <select
                id={againstId}
                value={query.against}
                onChange={(event: Event) =>
                  onChange({ against: (event.target as HTMLSelectElement).value as Query['against'] })
                }
              >
                <option value="any">{search.againstAny}</option>
                <option value="image">{search.againstImage}</option>
                <option value="text">{search.againstText}</option>
              </select>
            </label>
          </div>
        </details>
      </form>
    </search>
  );
}
