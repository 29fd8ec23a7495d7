import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { buildKernel, generatedModule } from '../../shared/scan/build.ts';

it('builds the committed kernel from its source, byte for byte', async () => {
  const committed = await readFile(new URL('../../shared/scan/kernel.generated.ts', import.meta.url), 'utf8');
  expect(generatedModule(await buildKernel())).toBe(committed);
}, 60_000);

it('imports nothing but a memory', async () => {
  const module = new WebAssembly.Module(Uint8Array.from(await buildKernel()));
  expect(WebAssembly.Module.imports(module)).toEqual([{ module: 'env', name: 'memory', kind: 'memory' }]);
}, 60_000);
