import type { Context, Ending } from './context.ts';
import { exportCatalog } from './export-catalog.ts';
import { exportVersion } from './export-version.ts';
import { CallFailure } from './failure.ts';

/** Takes the catalog, its pictures and the vectors of the live version home. */
export async function exportAll(context: Context, directory: string): Promise<Ending> {
  const { output } = context;
  const live = await liveIndex(context);
  if (live && live.pending > 0)
    output.note(
      `${live.pending} changes are in the catalog but not in the live version; "tuwen rebuild" publishes them`,
    );
  const catalog = await exportCatalog(context, directory, { expected: live?.items ?? 0 });
  for (const key of catalog.gone) output.note(`${key}: is named by an item, but not in the bucket`);
  const version = live && (await exportVersion(context, directory, live.version));
  const { items, pictures, downloaded } = catalog;
  const vectors = version && { version: version.version, model: version.model, vectors: version.rows };
  output.result({ directory, ...catalog, ...(vectors && { index: vectors }) }, () => [
    `${directory}: ${items} items, ${pictures} pictures (${downloaded} read now)`,
    vectors
      ? `vectors of version ${vectors.version}: ${vectors.vectors}, by ${vectors.model}`
      : 'no vectors: nothing has been published yet',
  ]);
  return 'ok';
}

async function liveIndex({ api }: Context) {
  try {
    return (await api.index()).value;
  } catch (error) {
    if (error instanceof CallFailure && error.status === 404) return undefined;
    throw error;
  }
}
