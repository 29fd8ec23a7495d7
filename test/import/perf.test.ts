import { it } from 'vitest';
import { createDynamoItemStore } from '../../shared/catalog/dynamo-item-store.ts';
import { createDynamoRunStore } from '../../shared/catalog/dynamo-run-store.ts';
import { createImportItems } from '../../shared/import-items.ts';
import { createS3ObjectStore } from '../../shared/objects/s3-object-store.ts';
import { startDynamo } from '../catalog/dynalite.ts';
import { startS3 } from '../objects/local-s3.ts';
it('perf', { timeout: 120000 }, async () => {
  const s3 = await startS3(); const d = await startDynamo(); const t = await d.tables();
  const objects = createS3ObjectStore({ client: s3.client, bucket: await s3.bucket() });
  const items = createDynamoItemStore({ client: d.client, table: t.items });
  const runs = createDynamoRunStore({ client: d.client, table: t.runs });
  const imp = createImportItems({ objects, items, runs, clock: Date.now });
  const body = ['id,title,price', ...Array.from({ length: 2000 }, (_, i) => `i${i},"T ${i}",${i}`)].join('\n');
  for (let k = 0; k < 2; k++) {
    await new Promise((r) => setTimeout(r, 1100));
    const { etag } = await objects.put('imports/a.csv', body, { contentType: 'text/csv' });
    d.calls(); const s = performance.now();
    console.log(await imp({ key: 'imports/a.csv', etag, format: 'csv' }, { deadlineMs: Date.now() + 100000 }), performance.now() - s, d.calls());
    console.log(Buffer.from((await objects.get('imports/a.report.json'))!.body).toString());
  }
  console.time('all'); let n = 0; for await (const p of items.all()) n += p.length; console.timeEnd('all'); console.log(n, await items.countPending());
  console.time('pub'); await items.published(await items.pending()); console.timeEnd('pub');
  await d.close(); await s3.close();
});
