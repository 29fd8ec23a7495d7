import { open, readFile, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { TuwenError } from '../../shared/error.ts';
import { decodeManifest, type Manifest } from '../../shared/index/manifest.ts';
import { filesOf, verifyFile } from '../../shared/index/verify-version.ts';
import type { Context } from './context.ts';
import { download } from './download.ts';
import { Failure, Stopped } from './failure.ts';

/**
 * Brings a version's manifest, shards and lists to `<directory>/index/<version>/`, each checked against the
 * manifest's checksums; what is there and sound is not read again.
 *
 * @throws Failure where a file is not what the manifest says, or the version is gone
 */
export async function exportVersion(
  { api, output, stop }: Context,
  directory: string,
  version: string,
): Promise<Manifest> {
  const { files } = (await api.versionFiles(version)).value;
  const fileOf = (key: string) => join(directory, 'index', version, basename(key));
  const [manifestLink, ...links] = files;
  if (!manifestLink) throw new Failure(`version ${version} has no manifest`);
  const fetch = async ({ key, url }: { key: string; url: string }, onBytes?: (bytes: number) => void) => {
    if (stop.aborted) throw new Stopped('stopped; the same command goes on from here');
    const { status } = await download(api.http, {
      url,
      file: fileOf(key),
      isImmutable: true,
      ...(onBytes && { onBytes }),
    });
    if (status === 'gone') throw new Failure(`${key} is gone; another version is live by now, try again`);
  };
  await fetch(manifestLink);
  const manifest = decodeManifest(await readFile(fileOf(manifestLink.key)), manifestLink.key);
  const total = filesOf(manifest).reduce((sum, { bytes }) => sum + bytes, 0);
  const bar = output.progress({ name: 'vectors', total, unit: 'bytes' });
  let got = 0;
  const onBytes = (bytes: number) => {
    got += bytes;
    bar.update(got);
  };
  try {
    for (const [i, file] of filesOf(manifest).entries()) {
      const link = links[i];
      if (link?.key !== file.key) throw new Failure(`version ${version}: no URL was given for ${file.key}`);
      const store = fileStore(fileOf);
      const isThere = await verifyFile(store, file).then(
        () => true,
        () => false,
      );
      if (isThere) {
        onBytes(file.bytes);
        continue;
      }
      await rm(fileOf(file.key), { force: true });
      await fetch(link, onBytes);
      await verifyFile(store, file).catch(async (error: unknown) => {
        await rm(fileOf(file.key), { force: true });
        throw new Failure(error instanceof Error ? error.message : String(error));
      });
    }
  } finally {
    bar.stop();
  }
  return manifest;
}

/** Files as the verifier of versions reads objects. */
function fileStore(fileOf: (key: string) => string): Parameters<typeof verifyFile>[0] {
  return {
    async head(key) {
      const found = await stat(fileOf(key)).catch(() => undefined);
      return found && { key, etag: '', bytes: found.size, modifiedAt: found.mtime };
    },
    async readInto(key, { start, end }, target) {
      const file = await open(fileOf(key));
      try {
        const { bytesRead } = await file.read(target, 0, end - start, start);
        if (bytesRead !== end - start)
          throw new TuwenError('not_found', `${key}: expected ${end} bytes, found fewer`);
      } finally {
        await file.close();
      }
    },
  };
}
