import type { Child } from 'hono/jsx';

/** Line icons, drawn for this page; they say nothing that the words beside them don't. */
function icon(...paths: string[]) {
  return (): Child => (
    <svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      {paths.map((path) => (
        <path d={path} />
      ))}
    </svg>
  );
}

export const SearchIcon = icon('M8.5 14a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11Z', 'M12.6 12.6 17 17');
export const PictureIcon = icon(
  'M4 3.5h12a1.5 1.5 0 0 1 1.5 1.5v10a1.5 1.5 0 0 1-1.5 1.5H4A1.5 1.5 0 0 1 2.5 15V5A1.5 1.5 0 0 1 4 3.5Z',
  'M7 8.5a1 1 0 1 0 0-2 1 1 0 0 0 0 2Z',
  'm3 14 4-4 3 3 3-3 4.5 4',
);
export const CameraIcon = icon(
  'M3 6h3l1.2-2h5.6L14 6h3v10H3Z',
  'M10 13.5a2.8 2.8 0 1 0 0-5.6 2.8 2.8 0 0 0 0 5.6Z',
);
export const CloseIcon = icon('m5 5 10 10', 'M15 5 5 15');
export const PlusIcon = icon('M10 4v12', 'M4 10h12');
export const FilterIcon = icon('M3 5h14', 'M6 10h8', 'M8.5 15h3');
export const BackIcon = icon('M12 4.5 6.5 10l5.5 5.5');
