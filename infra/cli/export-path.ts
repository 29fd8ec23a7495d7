import { createHash } from 'node:crypto';

/** Of a name; file systems take 255, and `.part` comes after it for a while. */
const nameBytes = 200;

/**
 * Where a picture lies in an export: `pictures/<item id>/<name>` where every file system takes that, else
 * under a hash of its key. Keys may hold what leads out of a directory, and may differ by case alone.
 *
 * @param taken of other pictures, as file systems that mind no case see them; the path is added
 */
export function picturePathOf(key: string, taken: Set<string>): string {
  const segments = key.split('/').slice(1);
  const plain = ['pictures', ...segments].join('/');
  const folded = plain.normalize('NFC').toLowerCase();
  if (segments.every(isPlain) && !taken.has(folded)) {
    taken.add(folded);
    return plain;
  }
  const [extension = ''] = /\.[a-z0-9]{1,5}$/i.exec(key) ?? [];
  return `pictures/_/${createHash('sha256').update(key).digest('hex')}${extension}`;
}

/** No separators, nothing that Windows keeps for itself, no dot or space at either end. */
function isPlain(segment: string): boolean {
  return (
    segment !== '_' &&
    Buffer.byteLength(segment) <= nameBytes &&
    /^[^\s.]([^<>:"|?*\\/\p{Cc}]*[^\s.<>:"|?*\\/\p{Cc}])?$/u.test(segment) &&
    !/^[<>:"|?*\\]|\.part$|^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(segment)
  );
}
