import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { buildModule, folderOf, generatedModule, modules } from '../../shared/scan/build.ts';
import { forSharedMemory } from '../../shared/scan/wasm-module.ts';

describe.each(modules)('$source', (module) => {
  let compiling: Promise<Uint8Array> | undefined;
  function compile(): Promise<Uint8Array> {
    compiling ??= buildModule(module);
    return compiling;
  }

  it('is committed as its source gives it, byte for byte', async () => {
    const url = new URL(module.generated, folderOf(module));
    expect(generatedModule(module, await compile())).toBe(await readFile(url, 'utf8'));
  }, 60_000);

  // Threads share the memory of a scan and of nothing else.
  it.runIf(module.folder === '.')(
    'is for a shared memory what the compiler makes of the same source',
    async () => {
      const shared = forSharedMemory(Uint8Array.from(await compile()));
      expect(Buffer.from(shared).equals(await buildModule(module, { isShared: true }))).toBe(true);
    },
    60_000,
  );

  // Node 20 does not compile relaxed SIMD.
  it.runIf(!module.features.includes('relaxed-simd'))(
    'imports nothing but a memory',
    async () => {
      const compiled = new WebAssembly.Module(Uint8Array.from(await compile()));
      expect(WebAssembly.Module.imports(compiled)).toEqual([
        { module: 'env', name: 'memory', kind: 'memory' },
      ]);
    },
    60_000,
  );
});
