import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SingleBar } from 'cli-progress';
import pLimit from 'p-limit';
import { type DemoProduct, demoCatalog } from './demo/catalog.ts';
import { renderProduct } from './demo/render-product.ts';
import type { Preparation } from './stack.ts';

const uploadsAtOnce = 4;
const lookEveryMs = 200;
const timeoutMs = 10 * 60_000;

/**
 * Brings the demo catalog in through the doors that everybody uses: pictures under `catalog/<id>/`, rows as
 * an object under `imports/`. Once for a data directory; stopped half-way it is done again, which changes
 * nothing that is there already.
 */
export async function importDemo({
  directory,
  s3Url,
  bucket,
  credentials,
  waiting,
}: Preparation): Promise<void> {
  const done = join(directory, 'demo-imported');
  if (existsSync(done)) return;
  const products = demoCatalog();
  const progress = createProgress(products.length * 2);
  const s3 = new S3Client({ endpoint: s3Url, region: 'us-east-1', credentials, forcePathStyle: true });
  try {
    const put = (Key: string, Body: Uint8Array | string, ContentType: string) =>
      s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body, ContentType }), {
        abortSignal: AbortSignal.timeout(30_000),
      });
    await put('imports/demo.jsonl', products.map(rowOf).join(''), 'application/x-ndjson');
    const limit = pLimit(uploadsAtOnce);
    let uploaded = 0;
    const uploads = products.map(({ id, svg }) =>
      limit(async () => {
        await put(`catalog/${id}/front.jpg`, await renderProduct(svg), 'image/jpeg');
        progress.update(++uploaded + Math.max(0, uploaded - waiting()));
      }),
    );
    await Promise.all(uploads);
    for (let waitedMs = 0; waiting() > 0 && waitedMs < timeoutMs; waitedMs += lookEveryMs) {
      await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
      progress.update(products.length + Math.max(0, products.length - waiting()));
    }
    writeFileSync(done, new Date().toISOString());
  } finally {
    progress.stop();
    s3.destroy();
  }
}

function rowOf({ id, title, description, attributes }: DemoProduct): string {
  return `${JSON.stringify({ id, title, description, attributes })}\n`;
}

interface Progress {
  update(done: number): void;
  stop(): void;
}

/** A bar where somebody watches, a line for each quarter where not. */
function createProgress(total: number): Progress {
  if (process.stdout.isTTY) {
    const bar = new SingleBar({
      format: 'demo catalog [{bar}] {percentage}%  {eta} s left',
      hideCursor: true,
    });
    bar.start(total, 0);
    return { update: (done) => bar.update(done), stop: () => bar.stop() };
  }
  let told = -1;
  return {
    update(done) {
      const quarter = Math.floor((4 * done) / total);
      if (quarter > told) console.log(`demo catalog: ${Math.floor((100 * done) / total)} %`);
      told = Math.max(told, quarter);
    },
    stop: () => {},
  };
}
