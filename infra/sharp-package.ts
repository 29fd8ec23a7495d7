import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { arch } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';
import { linkTree } from './link-tree.ts';

/** As Lambda names them. */
export type LambdaArchitecture = 'arm64' | 'x86_64';
export const hostArchitecture: LambdaArchitecture = arch() === 'arm64' ? 'arm64' : 'x86_64';

const project = fileURLToPath(new URL('..', import.meta.url));
const cpuOf = { arm64: 'arm64', x86_64: 'x64' } as const;
/** Without a byte; a slow line may take longer over the 8 MB. */
const silenceMs = 15_000;
const fetchTimeoutMs = 180_000;

/**
 * Puts sharp, the one native module, into `node_modules` of a bundle: with the binaries of Lambda's Linux, or
 * with those of this machine for `host`. Those of another architecture are fetched from the registry once,
 * checked against package-lock.json and kept in `.cache/`.
 *
 * @throws Error one line, when they are neither here nor to be had
 */
export async function addSharp(bundle: string, architecture: LambdaArchitecture | 'host'): Promise<void> {
  const installed = (name: string) => join(project, 'node_modules', name);
  const add = (name: string, from = installed(name)) =>
    linkTree(from, join(bundle, 'node_modules', name), { wants: isNeeded });
  const { dependencies } = manifest.parse(
    JSON.parse(await readFile(join(installed('sharp'), 'package.json'), 'utf8')),
  );
  for (const name of ['sharp', ...Object.keys(dependencies)]) await add(name);
  for (const name of await nativePackages(architecture))
    await add(name, (await exists(installed(name))) ? installed(name) : await fetchPackage(name));
}

const manifest = z.object({ dependencies: z.record(z.string(), z.string()) });

async function nativePackages(architecture: LambdaArchitecture | 'host'): Promise<string[]> {
  if (architecture !== 'host') {
    const cpu = cpuOf[architecture];
    return [`@img/sharp-linux-${cpu}`, `@img/sharp-libvips-linux-${cpu}`];
  }
  // npm installs those of this machine's system, C library and processor.
  const names = await readdir(join(project, 'node_modules/@img'));
  return names.filter((name) => name.startsWith('sharp-')).map((name) => `@img/${name}`);
}

/** Neither sources nor what is for people. */
function isNeeded(path: string): boolean {
  return !/\.(md|map|d\.[cm]?ts|h|cc)$/.test(path) && !path.startsWith('src/');
}

const fetching = new Map<string, Promise<string>>();

/** The folder of a package of another platform, out of the cache or the registry; fetched once for all who ask. */
export function fetchPackage(name: string, cache = join(project, '.cache')): Promise<string> {
  const place = join(cache, name);
  const found = fetching.get(place) ?? findPackage(name, cache).finally(() => fetching.delete(place));
  fetching.set(place, found);
  return found;
}

async function findPackage(name: string, cache: string): Promise<string> {
  const { version, integrity } = await lockedPackage(name);
  const folder = join(cache, `${name.replaceAll('/', '+')}-${version}`);
  if (await exists(folder)) return join(folder, 'package');
  const fresh = `${folder}.${process.pid}.tmp`;
  await mkdir(fresh, { recursive: true });
  try {
    await download(`${name}@${version}`, integrity, fresh);
    await rename(fresh, folder).catch(async (error) => {
      // Another process may have been quicker.
      if (!(await exists(folder))) throw error;
    });
  } catch (error) {
    throw new Error(
      `${name}@${version} is not in .cache/ and cannot be had from the registry (${reasonOf(error)}): ` +
        `run this once where the registry can be reached, or choose -c architecture=${hostArchitecture}, ` +
        'whose binaries are installed',
    );
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
  return join(folder, 'package');
}

/** By npm, which knows the registry, the proxy and the credentials of whoever runs this. */
async function download(spec: string, integrity: string, directory: string): Promise<void> {
  const run = promisify(execFile);
  const options = { cwd: directory, timeout: fetchTimeoutMs };
  const limits = ['--fetch-retries=0', `--fetch-timeout=${silenceMs}`];
  await run('npm', ['pack', spec, '--ignore-scripts', ...limits], options);
  const tarball = (await readdir(directory)).find((file) => file.endsWith('.tgz'));
  if (!tarball) throw new Error('npm left no package');
  const bytes = await readFile(join(directory, tarball));
  const found = `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
  if (found !== integrity) throw new Error(`expected ${integrity}, found ${found}`);
  await run('tar', ['xzf', tarball], options);
  await rm(join(directory, tarball));
}

/** Of npm's many lines the one that says why. */
function reasonOf(error: unknown): string {
  const { stderr = '', message = String(error) } = error as { stderr?: string; message?: string };
  const code = stderr.match(/npm error code (\S+)/)?.[1];
  const detail = stderr.match(/npm error ((?:network )?(?:request|connect|\d{3}) .*)/)?.[1];
  return [code, detail].filter(Boolean).join(': ') || message.split('\n')[0]!;
}

async function lockedPackage(name: string): Promise<{ version: string; integrity: string }> {
  const { packages } = lockFile.parse(JSON.parse(await readFile(join(project, 'package-lock.json'), 'utf8')));
  const locked = lockedEntry.safeParse(packages[`node_modules/${name}`]);
  if (!locked.success)
    throw new Error(`expected ${name} with version and integrity in package-lock.json, found none`);
  return locked.data;
}

const lockFile = z.object({ packages: z.record(z.string(), z.unknown()) });
const lockedEntry = z.object({ version: z.string(), integrity: z.string().startsWith('sha512-') });

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
