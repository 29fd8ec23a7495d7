import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const project = fileURLToPath(new URL('..', import.meta.url));

/**
 * Bundles the page for people: one script, one stylesheet and an icon, each with a hash of its content in its
 * name, so that browsers may keep them for ever.
 */
export async function bundlePage(directory: string): Promise<void> {
  await build({
    absWorkingDir: project,
    entryPoints: { page: 'functions/web/page/main.tsx' },
    outdir: directory,
    entryNames: '[name]-[hash]',
    bundle: true,
    platform: 'browser',
    format: 'esm',
    // The browsers of about the last three years.
    target: ['chrome111', 'firefox115', 'safari16.4'],
    jsx: 'automatic',
    // The server draws with hono/jsx itself; types are the same.
    jsxImportSource: 'hono/jsx/dom',
    minify: true,
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'warning',
  });
  await build({
    absWorkingDir: project,
    entryPoints: { page: 'functions/web/page/styles/page.css', icon: 'functions/web/page/icon.svg' },
    outdir: directory,
    entryNames: '[name]-[hash]',
    bundle: true,
    minify: true,
    loader: { '.svg': 'copy' },
    logLevel: 'warning',
  });
}
