import type { LoadedVersion } from '../index/loaded-version.ts';
import type { KnownVectors } from './read-catalog.ts';

/** The vectors that a version holds, by what was embedded: fp16 bits, to be copied as they are. */
export function knownVectorsOf(version: LoadedVersion): KnownVectors {
  const vectors = new Map<string, Uint16Array>();
  for (const { modality, contentHash, vector } of version.contentHashes())
    vectors.set(`${modality}:${Buffer.from(contentHash).toString('hex')}`, vector.slice());
  return {
    get(key) {
      const colon = key.indexOf(':');
      return vectors.get(key.slice(0, colon + 33));
    },
  };
}
