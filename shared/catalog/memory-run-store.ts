import type { RunStore } from './run-store.ts';

/** Leases and documents in memory, for tests. */
export function createMemoryRunStore({ clock = Date.now }: { clock?: () => number } = {}): RunStore {
  const leases = new Map<string, { owner: string; expiresAtMs: number }>();
  const documents = new Map<string, { json: string; expiresAtMs: number }>();

  function holderOf(lease: string): string | undefined {
    const held = leases.get(lease);
    return held && held.expiresAtMs > clock() ? held.owner : undefined;
  }

  return {
    async acquire(lease, owner, ttlMs) {
      const holder = holderOf(lease);
      if (holder !== undefined && holder !== owner) return { acquired: false, holder };
      leases.set(lease, { owner, expiresAtMs: clock() + ttlMs });
      return { acquired: true, holder: owner };
    },

    async release(lease, owner) {
      if (leases.get(lease)?.owner === owner) leases.delete(lease);
    },

    async holder(lease) {
      return holderOf(lease);
    },

    async read(name) {
      const document = documents.get(name);
      return document && document.expiresAtMs > clock() ? JSON.parse(document.json) : undefined;
    },

    async write(name, value, { ttlMs }) {
      documents.set(name, { json: JSON.stringify(value), expiresAtMs: clock() + ttlMs });
    },
  };
}
