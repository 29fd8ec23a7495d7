import { CommanderError } from 'commander';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createProgram, type GlobalOptions } from '../../../infra/cli/program.ts';

/** Reads a command line without running what it asks for. */
async function read(args: readonly string[]) {
  let options: GlobalOptions | undefined;
  const program = createProgram(async (given) => {
    options = given;
  });
  let said = '';
  const write = (text: string) => {
    said += text;
  };
  for (const command of [program, ...program.commands])
    command.configureOutput({ writeOut: write, writeErr: write });
  const error = await program.parseAsync(args, { from: 'user' }).then(
    () => undefined,
    (failure: unknown) => failure,
  );
  if (error !== undefined && !(error instanceof CommanderError)) throw error;
  return { options, said, status: error?.exitCode };
}

describe('the command line', () => {
  beforeEach(() => {
    vi.stubEnv('TUWEN_URL', undefined);
    return () => vi.unstubAllEnvs();
  });

  it.each(['import', 'search', 'upload', 'match', 'rebuild', 'versions', 'rollback', 'export'])(
    'shows examples of %s',
    async (command) => {
      const { said, status } = await read([command, '--help']);
      expect([status, said]).toEqual([0, expect.stringContaining(`$ npx tuwen ${command}`)]);
      expect(said).toContain('--url <url>');
    },
  );

  it.each<[string[], RegExp]>([
    [['search', 'a', '--top-k', '0'], /whole number from 1 to 100/],
    [['search', 'a', '--top-k', '1.5'], /whole number from 1 to 100/],
    [['search', 'a', '--min-match', '2'], /number from 0 to 1/],
    [['search', 'a', '--against', 'sound'], /choices are any, text, image/],
    [['search', 'a', '--url', 'localhost'], /Expected a URL/],
    [['search', 'a', '--url', 'ftp://localhost'], /Expected a URL/],
    [['search', 'a', '--key', 'secret'], /unknown option/],
    [['import'], /missing required argument/],
    [['export', 'a', 'b'], /too many arguments/],
  ])('refuses %j', async (args, told) => {
    const { said, status } = await read(args);
    expect([status, said]).toEqual([1, expect.stringMatching(told)]);
  });

  it('takes the address and the form of the answer before and after the command', async () => {
    const options = { url: 'https://shop.example/prod', json: true };
    expect((await read(['--url', 'https://shop.example/prod/', '--json', 'versions'])).options).toEqual(
      options,
    );
    expect((await read(['versions', '--json', '--url', 'https://shop.example/prod'])).options).toEqual(
      options,
    );
    expect((await read(['versions'])).options).toEqual({ url: 'http://127.0.0.1:8787' });
  });
});
