import type { Child } from 'hono/jsx';
import { useRef } from 'hono/jsx/dom';
import type { CatalogItem } from '../../api.ts';
import { FileButton } from '../../components/file-button.tsx';
import { CloseIcon } from '../../components/icons.tsx';
import { Picture } from '../../components/picture.tsx';
import { ReasonText } from '../../components/reason-text.tsx';
import { useFilesFromAnywhere } from '../../components/use-files-from-anywhere.ts';
import { formatBytes } from '../../format.ts';
import { useStrings } from '../../language.ts';
import { acceptedTypes } from '../../pictures/picture-type.ts';
import { reasonOfCode } from '../../reason.ts';

export interface ItemPicturesProps {
  readonly pictures: CatalogItem['pictures'];
  readonly title: string;
  /** Keys of those that go when the item is saved. */
  readonly removed: readonly string[];
  readonly onRemoved: (keys: string[]) => void;
  /** Not stored yet. */
  readonly added: readonly File[];
  readonly onAdded: (files: File[]) => void;
}

export function ItemPictures(props: ItemPicturesProps): Child {
  const { pictures, title, removed, onRemoved, added, onAdded } = props;
  const words = useStrings();
  const { catalog, common } = words;
  const add = (files: readonly File[]) => onAdded([...added, ...files]);
  // The listener is one and the same; what it adds to is not.
  const latest = useRef(add);
  latest.current = add;
  const drop = useRef((files: File[]) => latest.current(files));
  useFilesFromAnywhere(drop.current!);
  return (
    <fieldset class="stack">
      <legend class="field-label">{catalog.picturesLabel}</legend>
      {pictures.length > 0 && (
        <ul class="item-pictures-list">
          {pictures.map(({ key, url, status, error }, i) => {
            const leaves = removed.includes(key);
            return (
              <li key={key} class={leaves ? 'leaves' : undefined}>
                <Picture url={url} alt={catalog.pictureAlt(i + 1, title)} />
                {leaves && <span class="badge badge-danger">{catalog.pictureLeaves}</span>}
                {!leaves && status === 'pending' && (
                  <span class="badge badge-warning">{catalog.picturePending}</span>
                )}
                {!leaves && status === 'failed' && (
                  <span class="badge badge-danger">{catalog.pictureFailed}</span>
                )}
                {!leaves && error && (
                  <p class="small">
                    <ReasonText reason={reasonOfCode(error, words)} />
                  </p>
                )}
                <button
                  type="button"
                  class="button button-small"
                  aria-label={leaves ? catalog.keepPicture(i + 1) : catalog.removePicture(i + 1)}
                  onClick={() =>
                    onRemoved(leaves ? removed.filter((other) => other !== key) : [...removed, key])
                  }
                >
                  {leaves ? catalog.keep : common.remove}
                </button>
              </li>
            );
          })}
        </ul>
      )}
      {added.length > 0 && (
        <ul class="added-files">
          {added.map((file) => (
            <li class="row">
              <span class="file-name">{file.name}</span>
              <span class="small muted">{formatBytes(file.size)}</span>
              <button
                type="button"
                class="button-icon"
                aria-label={`${common.remove}: ${file.name}`}
                onClick={() => onAdded(added.filter((other) => other !== file))}
              >
                <CloseIcon />
              </button>
            </li>
          ))}
        </ul>
      )}
      <div>
        <FileButton
          class="button-small"
          label={catalog.addPictures}
          accept={acceptedTypes}
          onFiles={add}
          multiple
        >
          {catalog.addPictures}
        </FileButton>
      </div>
    </fieldset>
  );
}
