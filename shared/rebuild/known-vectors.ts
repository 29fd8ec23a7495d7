import type { LoadedVersion } from '../index/loaded-version.ts';
import type { KnownVectors } from './read-catalog.ts';

/**
 * The vectors that a version holds, which must be whole, by what was embedded: fp16 bits, to be copied as they
 * are. They stay where they lie, in memory or on the disk.
 */
export function knownVectorsOf(
  version: Pick<LoadedVersion, 'contentHashes' | 'vectorOfRow' | 'retire'>,
): KnownVectors {
  const rows = new Map<string, number>();
  for (const { modality, contentHash, row } of version.contentHashes())
    rows.set(`${modality}:${Buffer.from(contentHash).toString('hex')}`, row);
  const rowOf = (key: string) => rows.get(key.slice(0, key.indexOf(':') + 33));
  return {
    has: (key) => rowOf(key) !== undefined,
    get(key) {
      const row = rowOf(key);
      return row === undefined ? undefined : version.vectorOfRow(row);
    },
    async close() {
      await version.retire();
    },
  };
}

export const noVectors: KnownVectors = { has: () => false, get: () => undefined, close: async () => {} };
