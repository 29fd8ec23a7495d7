/**
 * Finds the dropped file that a row means: by its path in the dropped folder as far as the row gives it, else by its
 * name.
 */
export function createPictureFinder(files: readonly File[]) {
  const byPath = new Map<string, File>();
  const byName = new Map<string, File>();
  for (const file of files) {
    // The folder's own name comes first, which rows seldom have.
    const path = file.webkitRelativePath || file.name;
    const parts = path.split('/');
    for (let i = 0; i < parts.length; i++) byPath.set(parts.slice(i).join('/'), file);
    byName.set(file.name, file);
  }
  const used = new Set<File>();

  function find(name: string): File | undefined {
    const clean = name.replace(/^\.?\//, '');
    return byPath.get(clean) ?? byName.get(clean.split('/').at(-1) ?? '');
  }

  return {
    find,
    /** The same, and counts as used. */
    take(name: string): File | undefined {
      const file = find(name);
      if (file) used.add(file);
      return file;
    },
    unused: (): number => files.filter((file) => !used.has(file)).length,
  };
}
