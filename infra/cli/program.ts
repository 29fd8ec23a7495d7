import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import { limits } from '../../shared/item.ts';
import type { Context, Ending } from './context.ts';

export interface GlobalOptions {
  readonly url: string;
  readonly json?: true;
}

/** How a command is run: given what it needs, once its arguments are known to be right. */
export type Run = (
  options: GlobalOptions,
  command: (context: Context) => Promise<Ending>,
  /** Whether Ctrl-C lets requests under way come to their end, so that what was done is written down. */
  interrupt?: { readonly finishesRequests: boolean },
) => Promise<void>;

/** Commands, their arguments and their help. What they do is loaded when it is needed. */
export function createProgram(run: Run): Command {
  const program = new Command('tuwen')
    .description('Search across pictures and words, on this machine or on AWS.')
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .addOption(
      new Option('--url <url>', 'where the service is')
        .env('TUWEN_URL')
        .default('http://127.0.0.1:8787')
        .argParser(originOf),
    )
    .option('--json', 'machine-readable output')
    .addHelpText(
      'after',
      `
A key, where the service wants one, is read from TUWEN_KEY alone, since a command line can be read by others.
Exit status: 0 all went well, 1 something failed, 2 the command was wrong, 130 Ctrl-C.

  $ npx tuwen search red dress
  $ TUWEN_KEY=… npx tuwen --url https://abc.execute-api.eu-west-1.amazonaws.com versions`,
    );
  const globals = (command: Command): GlobalOptions => command.optsWithGlobals();

  example(program.command('import'), [
    'import catalog.jsonl',
    'import catalog.csv --rebuild',
    'import backup/           # what export wrote, or a directory with items.jsonl or items.csv',
  ])
    .description('bring rows and the pictures they name into the catalog')
    .argument('<source>', 'a .jsonl or .csv file, or a directory; pictures are named relative to it')
    .option('--journal <file>', 'what has been done (default: beside the rows, as <file>.journal)')
    .option('--fresh', 'do all of it again, whatever the journal says', false)
    .option('--rebuild', 'have a version built afterwards, and wait for it', false)
    .action(
      async (source: string, options: { journal?: string; fresh: boolean; rebuild: boolean }, command) => {
        const { importCatalog } = await import('./import.ts');
        await run(globals(command), (context) => importCatalog(context, source, options), {
          finishesRequests: true,
        });
      },
    );

  example(program.command('search'), [
    'search red dress',
    'search 红色连衣裙 --against image --top-k 3',
    'search --image shoe.jpg',
    `search in blue --image shoe.jpg --without laces --filter '{"price": {"$lte": 50}}'`,
    'search red dress --json | jq -r ".results[].id"',
  ])
    .description('find items by words, a picture, or both')
    .argument('[words...]')
    .option('--image <file>', 'a picture to search by')
    .option('--without <words>', 'push away from these words')
    .addOption(
      new Option('--against <what>', 'which vectors of items may match').choices(['any', 'text', 'image']),
    )
    .option('--filter <json>', 'attributes that items must have')
    .option('--top-k <number>', 'how many results', integer(1, limits.topK))
    .option('--min-match <number>', 'leave out what matches less than this, from 0 to 1', fraction)
    .option('--fast', 'look at the likeliest rows only; says the recall, or that the answer is exact')
    .action(async (words: string[], options, command) => {
      const { search } = await import('./search.ts');
      await run(globals(command), (context) => search(context, words, options));
    });

  example(program.command('upload'), ['upload shoe.jpg watch.webp', 'upload *.jpg --no-wait'])
    .description('upload pictures and print what they match')
    .argument('<files...>')
    .option('--no-wait', 'print their keys and do not wait for their matches')
    .action(async (files: string[], options: { wait: boolean }, command) => {
      const { upload } = await import('./upload.ts');
      await run(globals(command), (context) => upload(context, files, options));
    });

  example(program.command('match'), ['match uploads/5d0c….jpg'])
    .description('print what became of an upload')
    .argument('<key>', 'of an object under uploads/')
    .action(async (key: string, _, command) => {
      const { match } = await import('./match.ts');
      await run(globals(command), (context) => match(context, key));
    });

  example(program.command('rebuild'), ['rebuild'])
    .description('build and publish a version of the index now')
    .action(async (_, command) => {
      const { rebuild } = await import('./rebuild.ts');
      await run(globals(command), rebuild);
    });

  example(program.command('versions'), ['versions', 'versions --json'])
    .description('list the versions of the index that are kept')
    .action(async (_, command) => {
      const { versions } = await import('./versions.ts');
      await run(globals(command), versions);
    });

  example(program.command('rollback'), ['rollback 20261123T235016955Z-207127', 'rollback latest --yes'])
    .description('make another version live')
    .addArgument(new Argument('<version>', 'a version, which is pinned, or "latest", which unpins'))
    .option('--yes', 'do not ask first', false)
    .action(async (version: string, options: { yes: boolean }, command) => {
      const { rollback } = await import('./versions.ts');
      await run(globals(command), (context) => rollback(context, version, options));
    });

  example(program.command('export'), ['export backup/'])
    .description('write catalog, pictures and vectors to a directory')
    .argument('<directory>', 'what is there already from an earlier export is not read again')
    .action(async (directory: string, _, command) => {
      const { exportAll } = await import('./export.ts');
      await run(globals(command), (context) => exportAll(context, directory));
    });

  return program;
}

function example(command: Command, lines: readonly string[]): Command {
  const text = lines.map((line) => `  $ npx tuwen ${line}`).join('\n');
  return command.addHelpText('after', `\nExamples:\n${text}`);
}

function originOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.search || url.hash)
    throw new InvalidArgumentError('Expected a URL such as http://127.0.0.1:8787.');
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

function integer(least: number, most: number) {
  return (text: string): number => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < least || value > most)
      throw new InvalidArgumentError(`Expected a whole number from ${least} to ${most}.`);
    return value;
  };
}

function fraction(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value <= 1))
    throw new InvalidArgumentError('Expected a number from 0 to 1.');
  return value;
}
