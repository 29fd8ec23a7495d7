import type { Child } from 'hono/jsx';
import { useStrings } from '../language.ts';
import { FileButton } from './file-button.tsx';
import { PictureIcon } from './icons.tsx';
import { useFilesFromAnywhere } from './use-files-from-anywhere.ts';

export interface DropZoneProps {
  readonly title: string;
  readonly hint?: string;
  readonly choose: string;
  /** Where whole folders make sense. */
  readonly chooseFolder?: string;
  readonly accept: string;
  /** Has to stay the same function. */
  readonly onFiles: (files: File[]) => void;
}

/** Takes files that are dropped anywhere on the page, pasted, or chosen. */
export function DropZone({ title, hint, choose, chooseFolder, accept, onFiles }: DropZoneProps): Child {
  const { search } = useStrings();
  const isOver = useFilesFromAnywhere(onFiles);
  return (
    <div class={isOver ? 'drop drop-over' : 'drop'}>
      <PictureIcon />
      <p class="drop-title">{isOver ? search.dropNow : title}</p>
      <div class="row">
        <FileButton label={choose} accept={accept} onFiles={onFiles} multiple>
          {choose}
        </FileButton>
        {chooseFolder !== undefined && (
          <FileButton label={chooseFolder} accept={accept} onFiles={onFiles} multiple folder>
            {chooseFolder}
          </FileButton>
        )}
      </div>
      {hint !== undefined && <p class="small muted">{hint}</p>}
    </div>
  );
}
