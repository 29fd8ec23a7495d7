import type { Child } from 'hono/jsx';
import type { CatalogItem } from '../../api.ts';
import { FileButton } from '../../components/file-button.tsx';
import { CloseIcon } from '../../components/icons.tsx';
import { Picture } from '../../components/picture.tsx';
import { formatBytes } from '../../format.ts';
import { useStrings } from '../../language.ts';
import { acceptedTypes } from '../../pictures/picture-type.ts';

export interface ItemPicturesProps {
  readonly pictures: CatalogItem['pictures'];
  readonly title: string;
  /** Not stored yet. */
  readonly added: readonly File[];
  readonly onAdded: (files: File[]) => void;
}

export function ItemPictures({ pictures, title, added, onAdded }: ItemPicturesProps): Child {
  const { catalog, common } = useStrings();
  return (
    <fieldset class="stack">
      <legend class="field-label">{catalog.picturesLabel}</legend>
      {pictures.length > 0 && (
        <ul class="item-pictures-list">
          {pictures.map(({ key, url, status, error }, i) => (
            <li key={key}>
              <Picture url={url} alt={catalog.pictureAlt(i + 1, title)} />
              {status === 'pending' && <span class="badge badge-warning">{catalog.picturePending}</span>}
              {status === 'failed' && <span class="badge badge-danger">{catalog.pictureFailed}</span>}
              {error && <span class="small">{error.detail}</span>}
            </li>
          ))}
        </ul>
      )}
      {added.length > 0 && (
        <ul class="stack">
          {added.map((file) => (
            <li class="row">
              <span>{file.name}</span>
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
          onFiles={(files) => onAdded([...added, ...files])}
          multiple
        >
          {catalog.addPictures}
        </FileButton>
      </div>
    </fieldset>
  );
}
