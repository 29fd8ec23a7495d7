import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { z } from 'zod';
import { keys } from '../../shared/keys.ts';
import { demoCatalog } from './demo/catalog.ts';
import { renderProduct } from './demo/render-product.ts';
import type { Stack } from './stack.ts';

const queueEvent = z.object({ Records: z.array(z.looseObject({ body: z.string() })) });
const objectCreated = z.looseObject({
  'detail-type': z.literal('Object Created'),
  detail: z.looseObject({ object: z.looseObject({ key: z.string() }) }),
});
const continuation = z.object({ import: z.looseObject({ key: z.string() }) });
const matchRequest = z.object({ match: z.looseObject({ model: z.string() }) });
const pointer = z.object({ model: z.string(), dimensions: z.int() });

const rows = `${JSON.stringify({ id: 'hat-1', title: 'Straw hat 草帽', attributes: { price: 19.5 } })}
${JSON.stringify({ id: 'bad/id', title: 'Refused' })}
`;

/**
 * Makes a sample event true: what it says was created is put into the bucket, a drawn product for a picture,
 * two rows for an import. Returns the event with what only the stack knows, etags and the model that is live.
 */
export async function seedObjects(
  event: unknown,
  stack: Pick<Stack, 's3Url' | 'bucket' | 'credentials'>,
): Promise<unknown> {
  const { s3Url: endpoint, bucket: Bucket, credentials } = stack;
  const s3 = new S3Client({ endpoint, region: 'us-east-1', credentials, forcePathStyle: true });

  async function seed(Key: string): Promise<{ etag: string; size: number }> {
    const Body = Key.startsWith('imports/') ? rows : await renderProduct(demoCatalog()[0]!.svg);
    const { ETag = '' } = await s3.send(new PutObjectCommand({ Bucket, Key, Body }));
    return { etag: ETag.replaceAll('"', ''), size: Body.length };
  }

  async function seedRecord(record: { body: string }): Promise<{ body: string }> {
    const created = objectCreated.safeParse(JSON.parse(record.body));
    if (!created.success) return record;
    const { detail, ...rest } = created.data;
    const object = { ...detail.object, ...(await seed(detail.object.key)) };
    return { ...record, body: JSON.stringify({ ...rest, detail: { ...detail, object } }) };
  }

  async function live(): Promise<z.infer<typeof pointer>> {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: keys.current }));
    return pointer.parse(JSON.parse((await Body?.transformToString()) ?? ''));
  }

  try {
    const queued = queueEvent.safeParse(event);
    if (queued.success) return { Records: await Promise.all(queued.data.Records.map(seedRecord)) };
    const continued = continuation.safeParse(event);
    if (continued.success) {
      const { etag } = await seed(continued.data.import.key);
      return { import: { ...continued.data.import, etag } };
    }
    const asked = matchRequest.safeParse(event);
    if (!asked.success) return event;
    const { model, dimensions } = await live();
    const vector = new Float32Array(dimensions).fill(1 / Math.sqrt(dimensions));
    return { match: { ...asked.data.match, model, vector: Buffer.from(vector.buffer).toString('base64') } };
  } finally {
    s3.destroy();
  }
}
