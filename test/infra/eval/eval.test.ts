import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../../infra/eval/report.ts';
import { demoCatalog } from '../../../infra/local/demo/catalog.ts';
import { renderProduct } from '../../../infra/local/demo/render-product.ts';
import { type DashscopeServer, startDashscopeServer } from '../../embedding/dashscope-server.ts';
import { writeJudgedDirectory } from './judged-directory.ts';

/** `npm run eval` as a process of its own, on drawn products of a few kinds. */

const kinds = ['watch', 'jeans', 'dress'];
const products = demoCatalog()
  .filter(({ attributes }) => kinds.includes(attributes.category))
  .slice(0, 24);
let directory: string;
let dashscope: DashscopeServer;

beforeAll(async () => {
  const pictures = await Promise.all(products.map(({ svg }) => renderProduct(svg, { width: 128 })));
  const itself = ({ id }: { id: string }) => ({ relevant: { [id]: 1 } });
  directory = await writeJudgedDirectory({
    items: products.map(({ id, title, attributes }) => ({
      id,
      title,
      attributes: { type: attributes.category, colour: attributes.colour },
      images: [`pictures/${id}.jpg`],
    })),
    queries: [
      ...products.map((product) => ({ text: product.title, against: 'text', ...itself(product) })),
      ...products.map((product) => ({ text: product.title, against: 'image', ...itself(product) })),
      ...products.map((product) => ({
        image: `pictures/${product.id}.jpg`,
        against: 'image',
        ...itself(product),
      })),
      { text: 'dress', relevant: { [products[0]!.id]: 1 } },
    ],
    files: {
      ...Object.fromEntries(products.map(({ id }, i) => [`pictures/${id}.jpg`, pictures[i]!])),
      'broken.jpg': pictures[0]!.subarray(0, 800),
    },
  });
  dashscope = await startDashscopeServer();
});
afterAll(async () => {
  await dashscope.close();
  await rm(directory, { recursive: true, force: true });
});

async function run(args: readonly string[], settings: Record<string, string> = {}) {
  const child = spawn(process.execPath, ['infra/run.mjs', 'infra/eval/eval.ts', ...args], {
    env: { PATH: process.env.PATH, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text) => {
    said.out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    said.err += text;
  });
  const [status] = await once(child, 'close');
  return { status: status as number | null, ...said };
}

const shared = ['--seed', '3', '--by', 'type,colour'];

describe('npm run eval', () => {
  it('measures the built-in encoder: a table, and everything as JSON', async () => {
    const json = join(directory, 'figures.json');
    const { status, out, err } = await run([directory, '--json', json, ...shared]);
    expect(err).toBe('');
    expect(status).toBe(0);
    const report: Report = JSON.parse(await readFile(json, 'utf8'));
    expect(report).toMatchObject({
      set: { items: 24, pictures: 24, queries: 73, selfMatchingQueries: 24 },
      bootstrap: { seed: 3, resamples: 1000, confidence: 0.95 },
      runs: [{ embedder: 'builtin', dimensions: 256, vectors: 48, refused: 0 }],
    });
    const [{ model, groups }] = report.runs as [Report['runs'][0]];
    expect(model).toMatch(/^tuwen-builtin-1@[0-9a-f]+$/);
    const figure = (query: string, against: string, measure: string) =>
      groups
        .find((group) => group.query === query && group.against === against)!
        .figures.find((one) => one.measure === measure)!;
    // The titles and the pictures are the items' own: what is sought is there to be found exactly.
    expect(figure('text', 'text', 'recall@10').mean).toBe(1);
    expect(figure('image', 'image', 'recall@1')).toMatchObject({
      mean: 1,
      low: 1,
      high: 1,
      cap: 1,
      queries: 24,
    });
    expect(figure('text', 'image', 'recall@10').mean).toBeGreaterThan(10 / 24);
    expect(figure('image', 'image', 'precision@10 by type').mean).toBeGreaterThan(1 / 3);
    for (const { figures } of groups)
      for (const { mean, low, high, cap } of figures) {
        expect(low).toBeLessThanOrEqual(mean);
        expect(high).toBeGreaterThanOrEqual(mean);
        expect(mean).toBeLessThanOrEqual((cap ?? 1) + 1e-12);
      }

    expect(out).toContain(
      '24 items, 24 pictures, 73 queries; in brackets 95 % intervals (bootstrap, seed 3)',
    );
    expect(out).toContain(`builtin: ${model}, 256 dimensions, 48 vectors`);
    expect(out).toContain('24 picture queries found by the very picture of an item');
    const image = out.slice(out.indexOf('image → image: 24 queries'));
    expect(image).toMatch(/^ {2}recall@1 +1\.000 {2}1\.000 \[1\.000, 1\.000\]$/m);
    expect(image).toMatch(/^ {2}precision@10 by type +[01]\.\d{3} {2}0\.\d{3} \[0\.\d{3}, [01]\.\d{3}\]$/m);
  }, 120_000);

  it('sets several embedders side by side', async () => {
    const json = join(directory, 'several.json');
    const { status, out, err } = await run(
      [directory, '--embedder', 'builtin,onnx', '--json', json, ...shared],
      {
        TUWEN_ONNX_DIR: 'test/fixtures/random-clip',
      },
    );
    expect(err).toBe('');
    expect(status).toBe(0);
    const { runs }: Report = JSON.parse(await readFile(json, 'utf8'));
    expect(runs.map(({ embedder }) => embedder)).toEqual(['builtin', 'onnx']);
    expect(runs[0]!.groups[0]!.figures[0]).not.toHaveProperty('difference');
    for (const [i, group] of runs[1]!.groups.entries())
      for (const [j, { mean, difference }] of group.figures.entries())
        expect(difference!.mean).toBeCloseTo(mean - runs[0]!.groups[i]!.figures[j]!.mean, 12);
    expect(out).toMatch(/^ +at most {2}builtin +onnx$/m);
    expect(out).toMatch(/\[\d\.\d{3}, \d\.\d{3}\] {2}[+−]\d\.\d{3} \[[+−]\d\.\d{3}, [+−]\d\.\d{3}\]$/m);
  }, 120_000);

  it('takes DashScope by the settings of npm start', async () => {
    const small = await writeJudgedDirectory({
      items: [
        { id: 'a', title: 'red shoe', images: ['a.jpg'] },
        { id: 'b', title: 'blue hat' },
      ],
      queries: [{ text: 'red shoe', relevant: { a: 1 } }],
      files: { 'a.jpg': await readFile(join(directory, `pictures/${products[0]!.id}.jpg`)) },
    });
    const { status, out } = await run([small], {
      TUWEN_EMBEDDER: 'dashscope',
      DASHSCOPE_API_KEY: 'sk-test',
      DASHSCOPE_BASE_URL: dashscope.baseUrl,
    });
    await rm(small, { recursive: true });
    expect(status).toBe(0);
    expect(out).toContain('dashscope: dashscope/multimodal-embedding-v1/1024, 1024 dimensions, 3 vectors');
    expect(out).toMatch(/^ {2}recall@1 +1\.000 {2}1\.000 /m);
    expect(dashscope.requests.length).toBeGreaterThan(0);
  }, 60_000);

  it('refuses bad rows and unreadable pictures before anything is embedded', async () => {
    const rows = { queries: [{ text: 'shoe', relevant: { a: 1 } }] };
    const bad = await writeJudgedDirectory({
      ...rows,
      items: [
        { id: 'a', title: '' },
        { id: 'a/b', title: 'b' },
      ],
    });
    const broken = await writeJudgedDirectory({
      ...rows,
      items: [{ id: 'a', title: 'shoe', images: ['broken.jpg'] }],
      files: { 'broken.jpg': await readFile(join(directory, 'broken.jpg')) },
    });
    const before = dashscope.requests.length;
    const settings = { DASHSCOPE_API_KEY: 'sk-test', DASHSCOPE_BASE_URL: dashscope.baseUrl };
    const refused = await Promise.all(
      [bad, broken].map((one) => run([one, '--embedder', 'dashscope'], settings)),
    );
    await Promise.all([bad, broken].map((one) => rm(one, { recursive: true })));
    expect(refused[0]).toEqual({
      status: 1,
      out: '',
      err: 'items.jsonl:1: title: expected words, found nothing but space\nitems.jsonl:2: expected an item id, without / ? # % \\ or control characters; found "/"\n',
    });
    expect(refused[1]).toEqual({
      status: 1,
      out: '',
      err: 'items.jsonl:1: broken.jpg: the JPEG is cut off: its data ends too early\n',
    });
    expect(dashscope.requests.length).toBe(before);
  }, 60_000);

  it('refuses bad options and settings in one line', async () => {
    const refused = await Promise.all([run(['.', '--seed', 'one']), run(['.', '--embedder', 'dashscope'])]);
    expect(refused).toEqual([
      { status: 1, out: '', err: '--seed: expected a whole number from 0 to 4294967295, found "one"\n' },
      { status: 1, out: '', err: 'DASHSCOPE_API_KEY: expected with TUWEN_EMBEDDER=dashscope, found none\n' },
    ]);
  });

  it('refuses an attribute that no item has', async () => {
    const { status, err } = await run([directory, '--by', 'type,color']);
    expect(status).toBe(1);
    expect(err).toBe('--by: expected attributes that items have, found "color", which none has\n');
  });

  it('explains itself', async () => {
    const { status, out, err } = await run(['--help']);
    expect({ status, err }).toEqual({ status: 0, err: '' });
    expect(out).toContain('npm run eval -- <dir>');
  });
});
