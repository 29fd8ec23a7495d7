import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createClient, parseResponse } from 'tuwen/client';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Stack, startStack } from '../../infra/local/stack.ts';
import { freeStack } from '../free-stack.ts';

const run = promisify(execFile);
const keys = { TUWEN_SEARCH_KEY: 'search-key-of-the-test', TUWEN_ADMIN_KEY: 'admin-key-of-the-test' };

let directory: string;
let stack: Stack;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tuwen-examples-'));
  stack = await startStack({
    ...freeStack,
    dataDirectory: directory,
    environment: keys,
  });
  const client = createClient(stack.url, { key: keys.TUWEN_ADMIN_KEY });
  const items = ['blue', 'black'].map((colour) => ({
    id: `jeans-${colour}`,
    title: `${colour} jeans 牛仔裤`,
    attributes: { category: 'jeans', colour },
  }));
  await parseResponse(client.v1.items.batch.$post({ json: { items } }));
  const search = () => parseResponse(client.v1.search.$get({ query: { text: 'jeans' } }));
  await vi.waitUntil(async () => (await search()).results.length === 2, { timeout: 60_000, interval: 300 });
});

afterAll(async () => {
  await stack?.close();
  await rm(directory, { recursive: true, force: true });
});

const examples = [
  ['search.sh', 'sh', 'sh', []],
  ['search.py', 'python', 'python3', []],
  ['search.ts', 'ts', process.execPath, ['--import', 'tsx']],
] as const;

describe('the examples', () => {
  it.each(examples)('%s stands in the README as it is', async (file, language) => {
    const [readme, example] = await Promise.all([
      readFile('README.md', 'utf8'),
      readFile(join('test/examples', file), 'utf8'),
    ]);
    expect(readme).toContain(`\`\`\`${language}\n${example.trimEnd()}\n\`\`\``);
  });

  it.for(examples)('%s finds something', async ([file, , program, options], context) => {
    const isThere = await run(program, ['--version']).then(
      () => true,
      ({ code }) => code !== 'ENOENT',
    );
    if (!isThere) context.skip(`test/examples/${file}: there is no ${program}`);
    const { TUWEN_SEARCH_KEY } = keys;
    const { stdout } = await run(program, [...options, join('test/examples', file)], {
      env: { ...process.env, TUWEN_URL: stack.url, TUWEN_SEARCH_KEY },
      timeout: 60_000,
    });
    expect(stdout).toContain('jeans-blue');
    expect(stdout).toMatch(/blue\D+1\b/);
    if (file !== 'search.sh') expect(stdout).toContain('nothing-like-it');
  });

  it('the client runs in plain Node, without a compiler', async () => {
    const code = `const { createClient } = await import('tuwen/client');
      const answer = await createClient('${stack.url}').health.$get();
      console.log((await answer.json()).status);`;
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', code]);
    expect(stdout.trim()).toBe('ok');
  });

  it('the client is typed in a project with the settings that the README names', async () => {
    const project = join(directory, 'project');
    const link = (name: string, target: string) =>
      symlink(join(process.cwd(), target), join(project, 'node_modules', name));
    await mkdir(join(project, 'node_modules', '@types'), { recursive: true });
    await link('tuwen', '.');
    await link('@types/node', 'node_modules/@types/node');
    await copyFile('test/examples/search.ts', join(project, 'search.ts'));
    await writeFile(join(project, 'wrong.ts'), wrong);
    await writeFile(join(project, 'package.json'), '{"type": "module"}');
    await writeFile(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions }));
    const told = await run('node_modules/.bin/tsc', ['-p', project, '--pretty', 'false']).then(
      ({ stdout }) => stdout,
      ({ stdout }) => stdout,
    );
    // That the wrong one is told shows that the types are there.
    expect(told.match(/\S+\.ts\(\d+,\d+\)/g)).toEqual([expect.stringMatching(/wrong\.ts\(2,/)]);
  }, 180_000);
});

const wrong = `import { createClient } from 'tuwen/client';
createClient('http://127.0.0.1:8787').v1.search.$post({ json: { text: 5 } });
`;

const compilerOptions = {
  target: 'ES2022',
  module: 'ESNext',
  lib: ['ES2022', 'DOM', 'DOM.Iterable'],
  types: ['node'],
  moduleResolution: 'bundler',
  allowImportingTsExtensions: true,
  verbatimModuleSyntax: true,
  skipLibCheck: true,
  strict: true,
  noEmit: true,
};
