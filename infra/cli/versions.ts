import { createInterface } from 'node:readline/promises';
import type { Context, Ending } from './context.ts';
import { Stopped, UsageFailure } from './failure.ts';
import { bytesText } from './progress.ts';
import { tableOf } from './table.ts';

/** Prints the versions that are kept, newest first. */
export async function versions({ api, output }: Context): Promise<Ending> {
  const { raw, value } = await api.versions();
  output.result(raw, () => {
    if (value.versions.length === 0) return ['nothing has been published yet'];
    return tableOf([
      ['', 'version', 'items', 'vectors', 'size', 'built', 'model'],
      ...value.versions.map(({ live, version, items, vectors, bytes, builtAt, model }) => [
        live ? 'live' : '',
        version,
        items,
        vectors,
        bytesText(bytes),
        builtAt,
        model,
      ]),
    ]);
  });
  return 'ok';
}

/** Makes a version live and pins it, or unpins with "latest"; asks first unless told that it is fine. */
export async function rollback(
  context: Context,
  version: string,
  { yes }: { yes: boolean },
): Promise<Ending> {
  const { api, output } = context;
  if (!yes) {
    const { value: now } = await api.index();
    const what =
      version === 'latest'
        ? 'the newest version, and let scheduled builds publish again'
        : `${version}, and keep it live until a rebuild or "rollback latest"`;
    if (!(await agree(context, `${api.url} serves ${now.version}. Serve ${what}?`))) {
      output.note('nothing was changed');
      return 'failed';
    }
  }
  const { raw, value } = await api.rollback(version);
  output.result(raw, () => [`live: version ${value.version}${value.pinned ? ', pinned' : ''}`]);
  return 'ok';
}

async function agree({ stop }: Context, question: string): Promise<boolean> {
  if (!process.stdin.isTTY) throw new UsageFailure('nobody is there to be asked; say --yes');
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  // In raw mode Ctrl-C is a key like any other.
  lines.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  try {
    const answer = await lines.question(`${question} [y/N] `, { signal: stop });
    return /^(y|yes|是)$/i.test(answer.trim());
  } catch (error) {
    if (stop.aborted) throw new Stopped('stopped; nothing was changed');
    throw error;
  } finally {
    lines.close();
  }
}
