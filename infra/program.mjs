// Plain JavaScript: this is what makes TypeScript run. It takes a quarter of the time of compiling a program's
// sources one by one as they are imported, which is most of what a short command takes.
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { withoutLocales } from './without-locales.mjs';

const project = fileURLToPath(new URL('..', import.meta.url));
const keepMs = 24 * 3_600_000;

/**
 * Runs a TypeScript program of this project in this process: bundled into one file under `dist/programs`, beside the
 * packages that it imports, anew only where something that went into it has changed.
 *
 * @param {string} entry such as `infra/local/start.ts`
 * @param {{ withPackages?: boolean }} [options] whether packages are bundled too: the program then starts faster,
 *   but the first time takes longer
 */
export async function runProgram(entry, { withPackages = false } = {}) {
  const name = entry.replace(/\.ts$/, '').replaceAll('/', '-');
  const directory = join(await homeOf(entry), 'dist/programs');
  const inputsFile = join(directory, `${name}.json`);
  const inputs = await readFile(inputsFile, 'utf8').then(JSON.parse, () => undefined);
  const known = inputs && (await digestOf(inputs));
  let file = known && join(directory, `${name}-${known}.mjs`);
  if (!file || !(await stat(file).catch(() => undefined)))
    file = await bundle(entry, name, { directory, inputsFile, withPackages });
  await import(pathToFileURL(file).href);
}

/** The folder that has the program's packages. */
async function homeOf(entry) {
  for (let folder = dirname(entry); folder !== dirname(folder); folder = dirname(folder)) {
    const home = join(project, folder);
    if (await stat(join(home, 'package.json')).catch(() => undefined)) return home;
  }
  return project;
}

async function bundle(entry, name, { directory, inputsFile, withPackages }) {
  const { build, stop } = await import('esbuild');
  const { outputFiles, metafile } = await build({
    absWorkingDir: project,
    entryPoints: [entry],
    outdir: directory,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    metafile: true,
    write: false,
    logLevel: 'warning',
    define: { 'import.meta.url': 'sourceUrl' },
    plugins: [keepPlaces, withoutLocales],
    ...(withPackages
      ? { banner: { js: ofPackages }, mainFields: ['module', 'main'] }
      : { packages: 'external' }),
  });
  await stop();
  // The packages are named by the lock file.
  const isOurs = (path) => !path.includes('node_modules/') && !path.startsWith('none:');
  const inputs = Object.keys(metafile.inputs).filter(isOurs);
  const file = join(directory, `${name}-${await digestOf(inputs)}.mjs`);
  await mkdir(directory, { recursive: true });
  await putWhole(file, outputFiles[0].contents);
  await putWhole(inputsFile, JSON.stringify(inputs));
  await removeOld(directory, name, file);
  return file;
}

/** CommonJS packages call require for what Node itself has. */
const ofPackages =
  "import{createRequire as nodeCreateRequire}from'node:module';const sourceUrl=import.meta.url,require=nodeCreateRequire(sourceUrl);";

/** What a source finds beside itself it still finds when it runs out of the bundle. */
const keepPlaces = {
  name: 'keep-places',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      if (path.includes('/node_modules/') || !source.includes('import.meta.url')) return undefined;
      const place = `const sourceUrl = ${JSON.stringify(pathToFileURL(path).href)};`;
      return { contents: `${place} ${source}`, loader: 'ts' };
    });
  },
};

/** Undefined where one of them is gone. */
async function digestOf(inputs) {
  const hash = createHash('sha256').update(project);
  try {
    for (const input of [...inputs, 'package-lock.json', 'infra/program.mjs', 'infra/without-locales.mjs'])
      hash.update(`\n${input}\n`).update(await readFile(join(project, input)));
  } catch {
    return undefined;
  }
  return hash.digest('hex').slice(0, 16);
}

/** Whoever reads it at the same time sees all of it or nothing. */
async function putWhole(file, content) {
  const fresh = join(dirname(file), `${randomUUID()}.tmp`);
  await writeFile(fresh, content);
  await rename(fresh, file);
}

/** Another process may just be about to load one: what is young stays. */
async function removeOld(directory, name, current) {
  for (const path of (await readdir(directory)).map((found) => join(directory, found))) {
    const isOurs = path.startsWith(join(directory, `${name}-`)) || path.endsWith('.tmp');
    const found = isOurs && path !== current && (await stat(path).catch(() => undefined));
    if (found && Date.now() - found.mtimeMs > keepMs) await rm(path, { force: true });
  }
}
