import { useEffect, useState } from 'hono/jsx/dom';
import { droppedFiles } from './dropped-files.ts';

/** Files that are dropped anywhere on the page or pasted into it. @returns whether some are held over the page */
export function useFilesFromAnywhere(onFiles: (files: File[]) => void): boolean {
  const [isOver, setOver] = useState(false);

  useEffect(() => {
    let depth = 0;
    const listeners = {
      dragenter(event: DragEvent) {
        if (!hasFiles(event)) return;
        depth++;
        setOver(true);
      },
      dragleave(event: DragEvent) {
        if (hasFiles(event) && --depth <= 0) setOver(false);
      },
      drop(event: DragEvent) {
        if (!hasFiles(event) || !event.dataTransfer) return;
        depth = 0;
        setOver(false);
        void droppedFiles(event.dataTransfer).then(
          (files) => files.length > 0 && onFiles(files),
          () => {},
        );
      },
      paste(event: ClipboardEvent) {
        const files = [...(event.clipboardData?.files ?? [])];
        if (files.length === 0 || isOfWords(event)) return;
        event.preventDefault();
        onFiles(files);
      },
    };
    const entries = Object.entries(listeners) as [string, (event: Event) => void][];
    for (const [name, listener] of entries) addEventListener(name, listener);
    return () => {
      for (const [name, listener] of entries) removeEventListener(name, listener);
    };
  }, [onFiles]);

  return isOver;
}

/** A file that is dropped where nobody takes it would be opened instead of the page, and end whatever goes on there. */
export function keepDropsFromLeaving(): void {
  for (const name of ['dragover', 'drop'] as const)
    addEventListener(name, (event) => {
      if (hasFiles(event)) event.preventDefault();
    });
}

const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false;

/** Spreadsheets put a picture of the cells beside their words; into a field go the words. */
function isOfWords({ target, clipboardData }: ClipboardEvent): boolean {
  const isField = target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
  return isField && (clipboardData?.types.includes('text/plain') ?? false);
}
