import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { arch } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** As Lambda names them. */
export type LambdaArchitecture = 'arm64' | 'x86_64';
export const hostArchitecture: LambdaArchitecture = arch() === 'arm64' ? 'arm64' : 'x86_64';

const project = fileURLToPath(new URL('..', import.meta.url));
const cpuOf = { arm64: 'arm64', x86_64: 'x64' } as const;
const fetchTimeoutMs = 120_000;

/**
 * Puts sharp, the one native module, with the binaries of Lambda's Linux into `node_modules` of a bundle.
 * Those of another architecture are fetched from the registry once, checked against package-lock.json and
 * kept in `.cache/`.
 *
 * @throws Error one line, when they are neither here nor to be had
 */
export async function copySharp(bundle: string, architecture: LambdaArchitecture): Promise<void> {
  const cpu = cpuOf[architecture];
  const native = [`@img/sharp-linux-${cpu}`, `@img/sharp-libvips-linux-${cpu}`];
  for (const name of ['sharp', '@img/colour', 'detect-libc', 'semver'])
    await copyPackage(join(project, 'node_modules', name), join(bundle, 'node_modules', name));
  for (const name of native) {
    const installed = join(project, 'node_modules', name);
    const isHere = architecture === hostArchitecture && process.platform === 'linux';
    await copyPackage(isHere ? installed : await fetchPackage(name), join(bundle, 'node_modules', name));
  }
}

async function copyPackage(from: string, to: string): Promise<void> {
  await cp(from, to, {
    recursive: true,
    filter: (path) => !/\.(md|map|d\.ts|d\.cts|h|cc)$/.test(path) && !path.endsWith('/src'),
  });
}

/** The folder of a package of another platform, out of the cache or the registry. */
async function fetchPackage(name: string): Promise<string> {
  const { version, integrity } = await lockedPackage(name);
  const folder = join(project, '.cache', `${name.replaceAll('/', '+')}-${version}`);
  if ((await readdir(folder).catch(() => [])).length > 0) return join(folder, 'package');
  const fresh = `${folder}.${process.pid}.tmp`;
  await mkdir(fresh, { recursive: true });
  try {
    const run = promisify(execFile);
    const options = { cwd: fresh, timeout: fetchTimeoutMs };
    await run(
      'npm',
      ['pack', `${name}@${version}`, '--silent', '--fetch-retries=1', '--ignore-scripts'],
      options,
    );
    const [tarball] = (await readdir(fresh)).filter((file) => file.endsWith('.tgz'));
    const bytes = await readFile(join(fresh, tarball!));
    const found = `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
    if (found !== integrity) throw new Error(`expected ${integrity}, found ${found}`);
    await run('tar', ['xzf', tarball!], options);
    await mkdir(dirname(folder), { recursive: true });
    await rename(fresh, folder);
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new Error(
      `${name}@${version} is not in .cache/ and could not be fetched from the registry (${reason}): ` +
        'run this once with the registry in reach, or deploy with -c architecture=' +
        `${hostArchitecture}, whose binaries are installed`,
    );
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
  return join(folder, 'package');
}

async function lockedPackage(name: string): Promise<{ version: string; integrity: string }> {
  const lock = JSON.parse(await readFile(join(project, 'package-lock.json'), 'utf8'));
  const { version, integrity } = lock.packages[`node_modules/${name}`] ?? {};
  if (typeof version !== 'string' || typeof integrity !== 'string')
    throw new Error(`expected ${name} with its integrity in package-lock.json, found none`);
  return { version, integrity };
}
