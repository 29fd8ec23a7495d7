import type { Child } from 'hono/jsx';

export interface FileButtonProps {
  readonly label: string;
  readonly accept: string;
  readonly onFiles: (files: File[]) => void;
  readonly multiple?: boolean;
  /** Opens the camera where there is one. */
  readonly camera?: boolean;
  readonly folder?: boolean;
  readonly class?: string;
  readonly children?: Child;
}

/** A file field that looks like a button and is one for keyboards and screen readers. */
export function FileButton(props: FileButtonProps): Child {
  const { label, accept, onFiles, multiple, camera, folder, children } = props;
  return (
    <label class={`button file-button ${props.class ?? ''}`}>
      <input
        type="file"
        class="visually-hidden"
        aria-label={label}
        accept={folder ? undefined : accept}
        multiple={multiple}
        capture={camera ? 'environment' : undefined}
        webkitdirectory={folder}
        onChange={(event: Event) => {
          const input = event.target as HTMLInputElement;
          const files = [...(input.files ?? [])];
          // So that the same file can be chosen again.
          input.value = '';
          if (files.length > 0) onFiles(files);
        }}
      />
      {children}
    </label>
  );
}
