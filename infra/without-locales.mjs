// Plain JavaScript, for program.mjs.

/**
 * Leaves out zod's messages in some sixty languages, a tenth of a function's code. Ours are in English, which zod
 * has apart from them.
 *
 * @type {import('esbuild').Plugin}
 */
export const withoutLocales = {
  name: 'without-locales',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\/locales\/index\.js$/ }, ({ importer }) =>
      /[/\\]zod[/\\]v4[/\\]/.test(importer) ? { path: 'locales', namespace: 'none' } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'none' }, () => ({ contents: 'export {};' }));
  },
};
