import { createHash, randomUUID } from 'node:crypto';
import { access, mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Metafile, stop } from 'esbuild';
import { linkTree } from './link-tree.ts';
import { bundlePage } from './page-bundle.ts';
import { addSharp, type LambdaArchitecture } from './sharp-package.ts';
import { withoutLocales } from './without-locales.mjs';

export const functionNames = ['search', 'catalog', 'ingest', 'import', 'reindex', 'web'] as const;
export type FunctionName = (typeof functionNames)[number];

export interface BundleOptions {
  /** Gets a folder for each state of the sources, and in it one for each function. */
  readonly outDirectory: string;
  /** Of Lambda, or `host` for whatever this machine is. */
  readonly architecture: LambdaArchitecture | 'host';
  readonly functions?: readonly FunctionName[];
}

/** Functions that embed, and so carry the encoder, its runtime and the decoder of pictures. */
const embedding: ReadonlySet<FunctionName> = new Set(['search', 'ingest', 'reindex']);

/** How much of a function's code comes from where, in bytes; `.` is our own. In `sizes.json` beside the folders. */
export type BundleSizes = Readonly<Record<string, Readonly<Record<string, number>>>>;

/**
 * Bundles the functions as Lambda gets them: an ES module `handler.mjs` each, and beside it what it imports, reads
 * and runs at run time. The same folders are run on this machine and deployed. AWS's clients are bundled too, so
 * that what was tested is what runs.
 *
 * A folder is named by a hash of all that went into it and never changes: where it is there already nothing
 * is done, and a stack that runs out of one is not disturbed by the next.
 *
 * @returns the folder of each function
 */
export async function bundleFunctions(options: BundleOptions): Promise<Record<FunctionName, string>> {
  const { architecture, functions = functionNames } = options;
  const parent = resolve(options.outDirectory);
  const out = join(parent, await hashSources([architecture, ...functions]));
  if (await isWhole(out)) await utimes(out, new Date(), new Date());
  else await bundleInto(out, functions, architecture);
  await removeOld(parent, basename(out));
  return Object.fromEntries(functions.map((name) => [name, join(out, name)])) as Record<FunctionName, string>;
}

const project = fileURLToPath(new URL('..', import.meta.url));

async function bundleInto(
  out: string,
  functions: readonly FunctionName[],
  architecture: BundleOptions['architecture'],
): Promise<void> {
  const fresh = `${out}.${randomUUID()}.tmp`;
  try {
    await mkdir(fresh, { recursive: true });
    const [sizes] = await Promise.all([
      bundleCode(fresh, functions),
      ...functions
        .filter((name) => embedding.has(name))
        .flatMap((name) => [addModel(join(fresh, name)), addSharp(join(fresh, name), architecture)]),
    ]);
    await writeFile(join(fresh, 'sizes.json'), JSON.stringify(sizes, null, 2));
    // What is there without its sizes was half deleted by somebody, such as `git clean` with exceptions.
    if (!(await isWhole(out))) await rm(out, { recursive: true, force: true });
    await rename(fresh, out).catch(async (error) => {
      // Another process may have been quicker.
      if (!(await isWhole(out))) throw error;
    });
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

/** The files of a function that are run, by their name; each has its source of that name. */
function programsOf(name: FunctionName): readonly string[] {
  return name === 'search' ? ['handler', 'scan-thread'] : ['handler'];
}

let building = 0;

async function bundleCode(directory: string, functions: readonly FunctionName[]): Promise<BundleSizes> {
  building++;
  try {
    const [sizes] = await Promise.all([
      bundlePrograms(directory, functions),
      functions.includes('web') && bundlePage(join(directory, 'web/assets')),
    ]);
    return sizes;
  } finally {
    // Its process would stay, with some hundred megabytes, as long as ours.
    if (--building === 0) await stop();
  }
}

/** All functions in one go: what several of them have in common is bundled once, and then linked to each. */
async function bundlePrograms(directory: string, functions: readonly FunctionName[]): Promise<BundleSizes> {
  const code = join(directory, 'code');
  const { outputs } = await runEsbuild(code, functions);
  const sizes: Record<string, Record<string, number>> = {};
  for (const name of functions) {
    const parts = new Set<string>();
    const own: string[] = [];
    for (const program of programsOf(name)) {
      const entry = join(code, `${name}.${program}.mjs`);
      await linkTree(entry, join(directory, name, `${program}.mjs`));
      const [first, ...imported] = partsOf(outputs, relative(project, entry));
      own.push(first!);
      for (const part of imported) parts.add(part);
    }
    for (const part of parts) await linkTree(join(project, part), join(directory, name, basename(part)));
    sizes[name] = sizesOf([...own, ...parts].map((part) => outputs[part]!));
  }
  await rm(code, { recursive: true });
  return sizes;
}

type Outputs = Metafile['outputs'];

/** An output and all that it imports, now or later. */
function partsOf(outputs: Outputs, entry: string): ReadonlySet<string> {
  const parts = new Set([entry]);
  for (const part of parts)
    for (const { path, external } of outputs[part]!.imports) if (!external) parts.add(path);
  return parts;
}

async function runEsbuild(outdir: string, functions: readonly FunctionName[]): Promise<Metafile> {
  const { metafile } = await build({
    absWorkingDir: project,
    entryPoints: functions.flatMap((name) =>
      programsOf(name).map((program) => ({
        in: `functions/${name}/${program}.ts`,
        out: `${name}.${program}`,
      })),
    ),
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    // What is imported later is a file of its own, and a function that does not come to it starts without it.
    splitting: true,
    // All in one folder, where code finds the files that lie beside it.
    chunkNames: '[name]-[hash]',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    jsx: 'automatic',
    jsxImportSource: 'hono/jsx',
    // Not minified: a stack trace tells where, whoever looks into the function reads it, and a cold start has no
    // map to parse. It loads no slower.
    external: ['sharp'],
    // ECMAScript modules where packages have both: what is not used of them is left out.
    mainFields: ['module', 'main'],
    plugins: [withoutLocales],
    // CommonJS packages call require for what Node itself has.
    banner: {
      js: "import{createRequire as nodeCreateRequire}from'node:module';const require=nodeCreateRequire(import.meta.url);",
    },
    legalComments: 'none',
    logLevel: 'warning',
    metafile: true,
  });
  return metafile;
}

/** `onnxruntime-web` imports nothing else at run time; its WASM is one file for every architecture. */
async function addModel(directory: string): Promise<void> {
  const wasm = createRequire(import.meta.url).resolve('onnxruntime-web/ort-wasm-simd-threaded.wasm');
  await linkTree(wasm, join(directory, basename(wasm)));
  // Training writes over it.
  await linkTree(encoder, join(directory, 'builtin'), { wants: isOfModel, isCopied: true });
}

const encoder = join(project, 'shared/embedding/builtin');

function isOfModel(path: string): boolean {
  return !path.startsWith('training') && /\.(json|onnx)$/.test(path);
}

function sizesOf(files: readonly Outputs[string][]): Record<string, number> {
  const sizes: Record<string, number> = {};
  for (const { inputs } of files) {
    for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
      const from = path.match(/^.*node_modules\/((?:@[^/]+\/)?[^/]+)/)?.[1] ?? '.';
      sizes[from] = (sizes[from] ?? 0) + bytesInOutput;
    }
  }
  return sizes;
}

/** Names all that a bundle is made of; the packages by the lock file. */
async function hashSources(also: readonly string[]): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(also));
  const folders = ['functions', 'shared'];
  const listed = await Promise.all(
    folders.map(async (folder) => {
      const paths = await readdir(join(project, folder), { recursive: true });
      return paths.map((path) => join(folder, path));
    }),
  );
  const files = [...listed.flat().filter(isSource).sort(), ...ownFiles, 'package-lock.json'];
  for (const file of files) hash.update(`\n${file}\n`).update(await readFile(join(project, file)));
  return hash.digest('hex').slice(0, 16);
}

const ownFiles = [
  'infra/bundles.ts',
  'infra/link-tree.ts',
  'infra/page-bundle.ts',
  'infra/sharp-package.ts',
  'infra/without-locales.mjs',
];

function isSource(path: string): boolean {
  return (
    /\.(tsx?|css|svg|json|onnx)$/.test(path) && !path.includes('/training/') && !path.includes('/assembly/')
  );
}

const keepMs = 24 * 3_600_000;

/** Folders that nothing has asked for since yesterday. */
async function removeOld(parent: string, current: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const path = join(parent, name);
    const used = await stat(path).catch(() => undefined);
    const isOurs = /^[0-9a-f]{16}(\.|$)/.test(name) && name !== current;
    if (isOurs && used && Date.now() - used.mtimeMs > keepMs)
      await rm(path, { recursive: true, force: true });
  }
}

function isWhole(bundles: string): Promise<boolean> {
  return access(join(bundles, 'sizes.json')).then(
    () => true,
    () => false,
  );
}
