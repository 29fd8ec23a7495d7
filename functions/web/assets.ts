import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';

/** A file of the page. Its name holds a hash of its content, so that it never changes. */
export interface Asset {
  readonly name: string;
  readonly type: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export interface PageAssets {
  readonly script: Asset;
  readonly stylesheet: Asset;
  readonly icon: Asset;
}

/**
 * Reads what the bundler put beside the handler.
 *
 * @throws Error when one of the three is missing
 */
export function readAssets(directory: string): PageAssets {
  const names = readdirSync(directory);
  function read(extension: keyof typeof types): Asset {
    const name = names.find((name) => extname(name) === extension);
    if (!name) throw new Error(`expected a file ${extension} in ${directory}, found ${names.join(', ')}`);
    return { name, type: types[extension], bytes: Uint8Array.from(readFileSync(join(directory, name))) };
  }
  return { script: read('.js'), stylesheet: read('.css'), icon: read('.svg') };
}

const types = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
} as const;
