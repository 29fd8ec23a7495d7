import type { Downloads } from './api/common.ts';
import { filesOf } from './index/verify-version.ts';
import type { VersionStore } from './index/version-store.ts';
import { keys } from './keys.ts';
import type { ObjectStore } from './objects/object-store.ts';

const urlSeconds = 3600;

/** URLs for whoever takes the catalog and its index home; whether an object is there shows when it is read. */
export function createDownloads(dependencies: {
  readonly objects: Pick<ObjectStore, 'presignGet'>;
  readonly versions: Pick<VersionStore, 'manifest'>;
  readonly clock: () => number;
}) {
  const { objects, versions, clock } = dependencies;

  async function downloadsOf(wanted: readonly string[]): Promise<Downloads> {
    const expiresAt = new Date(clock() + urlSeconds * 1000).toISOString();
    const sign = async (key: string) => ({
      key,
      url: await objects.presignGet(key, { expiresInSeconds: urlSeconds }),
    });
    return { files: await Promise.all(wanted.map(sign)), expiresAt };
  }

  return {
    /** Of pictures under `catalog/`, as they were put there. */
    originals: downloadsOf,

    /** @throws TuwenError `not_found` where there is no such complete version. */
    async version(version: string): Promise<Downloads> {
      const files = filesOf(await versions.manifest(version));
      return downloadsOf([keys.manifest(version), ...files.map(({ key }) => key)]);
    },
  };
}

export type CreateDownloads = ReturnType<typeof createDownloads>;
