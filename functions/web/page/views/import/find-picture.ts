/** Why there is no one file for a name. */
export type NoPicture = 'missing' | 'several';

export interface PictureFinder {
  find(name: string): File | NoPicture;
  /** The same, and counts as used. */
  take(name: string): File | NoPicture;
  unused(): number;
}

/**
 * Finds the dropped file that a row means: by its path in the dropped folder as far as the row gives it, else by its
 * name. Where several files could be meant, none is.
 */
export function createPictureFinder(files: readonly File[]): PictureFinder {
  const byPath = new Map<string, File[]>();
  for (const file of files) {
    // The folder's own name comes first, which rows seldom have.
    const parts = (file.webkitRelativePath || file.name).split('/');
    for (let i = 0; i < parts.length; i++) {
      const path = parts.slice(i).join('/');
      byPath.set(path, [...(byPath.get(path) ?? []), file]);
    }
  }
  const used = new Set<File>();

  function find(name: string): File | NoPicture {
    const clean = name.replace(/^\.?\//, '');
    const found = byPath.get(clean) ?? byPath.get(clean.split('/').at(-1)!) ?? [];
    // In the folder itself, beside namesakes in folders within.
    const [whole] = found.filter((file) => pathWithin(file) === clean);
    if (found.length > 1) return whole ?? 'several';
    return found[0] ?? 'missing';
  }

  return {
    find,
    take(name) {
      const file = find(name);
      if (file instanceof File) used.add(file);
      return file;
    },
    unused: () => files.filter((file) => !used.has(file)).length,
  };
}

/** In the folder that was chosen. */
const pathWithin = ({ webkitRelativePath, name }: File): string =>
  webkitRelativePath.split('/').slice(1).join('/') || name;
