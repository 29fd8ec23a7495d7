import { idFault } from './item.ts';

/** Where things stand in the bucket. One place, so that no key is spelt twice. */
export const keys = {
  current: 'index/current.json',
  versions: 'index/versions/',
  version: (version: string) => `index/versions/${version}/`,
  manifest: (version: string) => `index/versions/${version}/manifest.json`,
  shard: (version: string, number: number) =>
    `index/versions/${version}/shard-${String(number).padStart(5, '0')}.safetensors`,
  lists: (version: string) => `index/versions/${version}/lists.safetensors`,
  listedRows: (version: string, number: number) =>
    `index/versions/${version}/listed-${String(number).padStart(5, '0')}.safetensors`,
  derived: (hash: string) => `derived/${hash}.webp`,
  catalog: (itemId: string) => `catalog/${itemId}/`,
  report: (importKey: string) => importKey.replace(/\.(jsonl|csv)$/i, '.report.json'),
  model: (model: string) => `models/${model}/`,
};

export type ObjectRole =
  | { readonly kind: 'upload'; readonly key: string }
  | { readonly kind: 'picture'; readonly key: string; readonly itemId: string }
  | { readonly kind: 'import'; readonly key: string; readonly format: 'jsonl' | 'csv' }
  | { readonly kind: 'other'; readonly key: string; readonly reason: string };

/** What an object of that key is to us. Folder markers, reports and foreign keys are `other`, with the reason. */
export function roleOf(key: string): ObjectRole {
  const other = (reason: string): ObjectRole => ({ kind: 'other', key, reason });
  if (key.endsWith('/')) return other('a folder marker');
  if (key.startsWith('uploads/')) return { kind: 'upload', key };
  if (key.startsWith('catalog/')) {
    const [, itemId = '', ...name] = key.split('/');
    const fault = idFault(itemId);
    if (fault) return other(`expected catalog/<item id>/<name>, the id ${fault}`);
    if (name.join('/') === '') return other('expected catalog/<item id>/<name>, found no name');
    return { kind: 'picture', key, itemId };
  }
  if (key.startsWith('imports/')) {
    if (key.endsWith('.report.json')) return other('a report');
    const format = key.match(/\.(jsonl|csv)$/i)?.[1]?.toLowerCase();
    if (format === 'jsonl' || format === 'csv') return { kind: 'import', key, format };
    return other('expected imports/<name>.jsonl or .csv');
  }
  return other('not under uploads/, catalog/ or imports/');
}
