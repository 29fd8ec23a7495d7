import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

/** A project of its own, so that its sources can be changed. */

let project: string;

beforeEach(async () => {
  project = await mkdtemp(join(tmpdir(), 'tuwen-program-'));
  await mkdir(join(project, 'infra'));
  for (const file of ['program.mjs', 'run.mjs', 'without-locales.mjs'])
    await copyFile(`infra/${file}`, join(project, 'infra', file));
  await symlink(resolve('node_modules'), join(project, 'node_modules'));
  await put('package-lock.json', '{}');
  await put('infra/greet.ts', "export const greeting: string = 'hello';");
  await put(
    'infra/main.ts',
    "import { greeting } from './greet.ts';\nconsole.log(greeting, ...process.argv.slice(2), import.meta.url);",
  );
});
afterEach(() => rm(project, { recursive: true, force: true }));

const put = (path: string, content: string) => writeFile(join(project, path), content);
const bundles = async () => (await readdir(join(project, 'dist/programs'))).filter((f) => f.endsWith('.mjs'));

async function run(...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, ['infra/run.mjs', ...args], {
    cwd: project,
  });
  return stdout.trim();
}

describe('a program', () => {
  it('runs from its TypeScript, with its arguments, and where its source lies', async () => {
    const [greeting, ...rest] = (await run('infra/main.ts', 'a', '--b')).split(' ');
    expect(greeting).toBe('hello');
    expect(rest.slice(0, 2)).toEqual(['a', '--b']);
    expect(rest[2]).toMatch(/^file:.*\/infra\/main\.ts$/);
  });

  it('is bundled once, and again when something that went into it has changed', async () => {
    await run('infra/main.ts');
    await run('infra/main.ts');
    expect(await bundles()).toHaveLength(1);
    await put('infra/greet.ts', "export const greeting: string = 'good day';");
    expect(await run('infra/main.ts')).toMatch(/^good day /);
    // One that is running may still load the former.
    expect(await bundles()).toHaveLength(2);
    await put('package-lock.json', '{"other": "packages"}');
    await run('infra/main.ts');
    expect(await bundles()).toHaveLength(3);
  });

  it('runs whole when several begin at once', async () => {
    const said = await Promise.all(Array.from({ length: 4 }, () => run('infra/main.ts')));
    for (const line of said) expect(line).toMatch(/^hello /);
    expect((await readdir(join(project, 'dist/programs'))).filter((f) => f.endsWith('.tmp'))).toEqual([]);
  });

  it('tells what is wrong with its source, and runs once that is mended', async () => {
    await put('infra/greet.ts', 'export const greeting: = ;');
    await expect(run('infra/main.ts')).rejects.toThrow(/infra\/greet\.ts:1:23/);
    await put('infra/greet.ts', "export const greeting = 'better';");
    expect(await run('infra/main.ts')).toMatch(/^better /);
  });
});
