import { setTimeout as sleep } from 'node:timers/promises';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import pLimit from 'p-limit';
import { type DemoProduct, demoCatalog } from './demo/catalog.ts';
import { renderProduct } from './demo/render-product.ts';
import { createProgress } from './progress.ts';
import { StartError } from './settings.ts';
import type { Preparation } from './stack.ts';

const drawnAtOnce = 2;
/** A card shows 180 of them, and a sixth of the drawing's own 480 × 600 pixels is drawn, decoded and encoded. */
const pictureWidth = 192;
const uploadsAtOnce = 6;
const lookEveryMs = 100;
const timeoutMs = 10 * 60_000;

/** What the stack calls of the demo. */
export interface DemoImport {
  /** Begins to draw, while the stack it is for still starts. */
  foresee(): void;
  /**
   * Brings the demo catalog in through the doors that everybody uses: rows as an object under `imports/`,
   * pictures under `catalog/<id>/`. Resolves when all of it has been handled. Stopped half-way it is done
   * again at the next start, which changes nothing that is there already.
   *
   * @throws StartError when it takes too long
   */
  prepare(preparation: Preparation): Promise<void>;
}

/** @param signal ends the drawing where it is */
export function createDemoImport(signal: AbortSignal): DemoImport {
  let pictures: readonly DrawnProduct[] | undefined;
  const draw = () => {
    pictures ??= drawAll(signal);
    return pictures;
  };
  return {
    foresee: () => void draw(),
    prepare(preparation) {
      const products = draw();
      // They are wanted once.
      pictures = undefined;
      return bringIn(products, preparation);
    },
  };
}

interface DrawnProduct {
  readonly product: DemoProduct;
  readonly picture: Promise<Buffer>;
}

function drawAll(signal: AbortSignal): DrawnProduct[] {
  const drawing = pLimit(drawnAtOnce);
  return demoCatalog().map((product) => {
    const picture = drawing(() => {
      signal.throwIfAborted();
      return renderProduct(product.svg, { width: pictureWidth });
    });
    // Whoever waits for it is told; where the start has failed before, nobody does.
    picture.catch(() => {});
    return { product, picture };
  });
}

async function bringIn(products: readonly DrawnProduct[], preparation: Preparation): Promise<void> {
  const { s3Url, bucket, credentials, waiting, embed, signal } = preparation;
  const progress = createProgress('demo catalog', 2 * products.length);
  const s3 = new S3Client({ endpoint: s3Url, region: 'us-east-1', credentials, forcePathStyle: true });
  const put = (Key: string, Body: Uint8Array | string, ContentType: string) =>
    s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body, ContentType }), {
      abortSignal: AbortSignal.any([signal, AbortSignal.timeout(30_000)]),
    });
  let uploaded = 0;
  try {
    await put(
      'imports/demo.jsonl',
      products.map(({ product }) => rowOf(product)).join(''),
      'application/x-ndjson',
    );
    // A picture that comes before its row would make an item of its own first.
    const imported = untilHandled(waiting, signal, () => {});
    // The titles are embedded while pictures are drawn and handled, so that less is left to do in the end.
    const embedded = imported.then(embed);
    const uploading = pLimit(uploadsAtOnce);
    const uploads = products.map(async ({ product, picture }) => {
      const bytes = await picture;
      await imported;
      await uploading(() => put(`catalog/${product.id}/front.jpg`, bytes, 'image/jpeg'));
      uploaded++;
      progress.update(2 * uploaded - waiting());
    });
    await Promise.all([embedded, ...uploads]);
    await untilHandled(waiting, signal, () => progress.update(2 * uploaded - waiting()));
  } finally {
    progress.stop();
    s3.destroy();
  }
}

async function untilHandled(waiting: () => number, signal: AbortSignal, look: () => void): Promise<void> {
  for (const startedMs = Date.now(); waiting() > 0; ) {
    if (Date.now() - startedMs > timeoutMs)
      throw new StartError(
        `the demo catalog took longer than ${timeoutMs / 60_000} minutes; set TUWEN_DEMO=0 to start without it`,
      );
    await sleep(lookEveryMs, undefined, { signal });
    look();
  }
}

function rowOf({ id, title, description, attributes }: DemoProduct): string {
  return `${JSON.stringify({ id, title, description, attributes })}\n`;
}
