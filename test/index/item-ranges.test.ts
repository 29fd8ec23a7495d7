import { expect, it } from 'vitest';
import { scannedBytes } from '../../shared/index/item-ranges.ts';
import { loadVersion } from '../../shared/index/load-version.ts';
import type { Manifest } from '../../shared/index/manifest.ts';
import { planMemory } from '../../shared/index/memory-plan.ts';
import { residentShards } from '../../shared/index/resident-shard.ts';
import { createMemoryObjectStore } from '../../shared/objects/memory-object-store.ts';
import { dropPlanes, everyPrefix, sampleItems, writeVersion } from './sample.ts';

it('counts the bytes that a search reads first: of prefixes, else of int8, else of the vectors', async () => {
  const dimensions = 32;
  const objects = createMemoryObjectStore();
  const items = sampleItems(300, dimensions);
  const told = async (manifest: Manifest) => {
    const plan = planMemory(dimensions, manifest.shards);
    const memories = plan.pages.map((initial) => new WebAssembly.Memory({ initial }));
    await loadVersion(objects, manifest, { memories });
    return scannedBytes(residentShards(manifest, memories, plan));
  };
  const bytesOf = ({ shards }: Manifest, tensor: string) =>
    shards
      .flatMap(({ tensors }) => tensors)
      .reduce((sum, { name, bytes }) => sum + (name === tensor ? bytes : 0), 0);

  const prefixes = everyPrefix(dimensions, 8);
  const quick = await writeVersion(objects, items, { dimensions, prefixes, shardBytes: 20_000 });
  expect(quick.shards.length).toBeGreaterThan(1);
  expect(await told(quick)).toBe(bytesOf(quick, 'prefixCodes'));
  const plain = await writeVersion(objects, items, { dimensions, version: 'v2' });
  expect(await told(plain)).toBe(bytesOf(plain, 'int8'));
  const old = await dropPlanes(objects, plain);
  expect(await told(old)).toBe(bytesOf(old, 'vectors'));
});
