/** What a file is by its name or the browser's word; a folder that was dropped often has no types. */

const byExtension: Readonly<Record<string, string>> = {
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  gif: 'image/gif',
  avif: 'image/avif',
};

/** For `accept` of a file field. */
export const acceptedTypes = [...new Set(Object.values(byExtension))].join(',');

/** The type under which the API takes the file; undefined for what it does not. */
export function pictureTypeOf({ type, name }: File): string | undefined {
  const known = new Set(Object.values(byExtension));
  if (known.has(type)) return type;
  return byExtension[name.split('.').at(-1)?.toLowerCase() ?? ''];
}
