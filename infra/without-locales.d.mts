import type { Plugin } from 'esbuild';

export declare const withoutLocales: Plugin;
