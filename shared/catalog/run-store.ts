/** Leases, and the progress of what takes longer than one invocation. */
export interface RunStore {
  /** Takes the lease or tells who holds it. An expired lease is free. The same owner renews. */
  acquire(lease: string, owner: string, ttlMs: number): Promise<{ acquired: boolean; holder: string }>;
  /** Gives it back if it is still the owner's. */
  release(lease: string, owner: string): Promise<void>;
  /** Who holds the lease now, if anyone. */
  holder(lease: string): Promise<string | undefined>;
  /** A small JSON document, such as the progress of a run or an import. */
  read<T>(name: string): Promise<T | undefined>;
  write<T>(name: string, value: T, options: { ttlMs: number }): Promise<void>;
}
