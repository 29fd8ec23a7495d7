import { cp, mkdir, rename, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { copySharp, type LambdaArchitecture } from './sharp-package.ts';

export const functionNames = ['search', 'catalog', 'ingest', 'import', 'reindex', 'web'] as const;
export type FunctionName = (typeof functionNames)[number];

export interface BundleOptions {
  /** Gets a folder for each function; what was there is replaced when all is done. */
  readonly outDirectory: string;
  readonly architecture: LambdaArchitecture;
  readonly functions?: readonly FunctionName[];
}

/** Functions that embed, and so carry the encoder, its runtime and the decoder of pictures. */
const embedding: ReadonlySet<FunctionName> = new Set(['search', 'ingest', 'reindex']);

/**
 * Bundles the functions as Lambda gets them: one ES module `handler.mjs` each, and beside it what it reads
 * at run time. The same folders are run on this machine and deployed. AWS's clients are bundled too, so
 * that what was tested is what runs.
 *
 * @returns the folder of each function
 */
export async function bundleFunctions(options: BundleOptions): Promise<Record<FunctionName, string>> {
  const { architecture, functions = functionNames } = options;
  const out = resolve(options.outDirectory);
  const fresh = `${out}.${process.pid}.tmp`;
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { recursive: true });
  try {
    await bundleCode(fresh, functions);
    for (const name of functions) if (embedding.has(name)) await addModel(join(fresh, name), architecture);
    await rm(out, { recursive: true, force: true });
    await rename(fresh, out);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
  return Object.fromEntries(functions.map((name) => [name, join(out, name)])) as Record<FunctionName, string>;
}

const project = fileURLToPath(new URL('..', import.meta.url));

async function bundleCode(directory: string, functions: readonly FunctionName[]): Promise<void> {
  await build({
    absWorkingDir: project,
    entryPoints: functions.map((name) => ({ in: `functions/${name}/handler.ts`, out: `${name}/handler` })),
    outdir: directory,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    minify: true,
    keepNames: true,
    sourcemap: 'linked',
    sourcesContent: false,
    external: ['sharp'],
    // CommonJS packages call require for what Node itself has.
    banner: {
      js: "import{createRequire as nodeCreateRequire}from'node:module';const require=nodeCreateRequire(import.meta.url);",
    },
    legalComments: 'none',
    logLevel: 'warning',
  });
}

async function addModel(directory: string, architecture: LambdaArchitecture): Promise<void> {
  const wasm = createRequire(import.meta.url).resolve('onnxruntime-web/ort-wasm-simd-threaded.wasm');
  await cp(wasm, join(directory, basename(wasm)));
  const encoder = join(project, 'shared/embedding/builtin');
  await cp(encoder, join(directory, 'builtin'), {
    recursive: true,
    filter: async (source) => !source.startsWith(join(encoder, 'training')) && (await isOfModel(source)),
  });
  await copySharp(directory, architecture);
}

async function isOfModel(path: string): Promise<boolean> {
  return (await stat(path)).isDirectory() || /\.(json|onnx)$/.test(path);
}
