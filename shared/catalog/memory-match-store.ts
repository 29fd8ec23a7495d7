import type { MatchRecord, MatchStore } from './match-store.ts';

/** Matches in memory, for tests. */
export function createMemoryMatchStore({ clock = Date.now }: { clock?: () => number } = {}): MatchStore {
  const records = new Map<string, MatchRecord>();

  function find(key: string): MatchRecord | undefined {
    const record = records.get(key);
    return record && record.expiresAtMs > clock() ? record : undefined;
  }

  return {
    async get(key) {
      return structuredClone(find(key));
    },

    async put(record) {
      const before = find(record.key);
      if (before && before.sequencer > record.sequencer) return false;
      records.set(record.key, structuredClone(record));
      return true;
    },

    async delete(key) {
      records.delete(key);
    },
  };
}
