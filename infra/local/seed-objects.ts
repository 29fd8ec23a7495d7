import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { z } from 'zod';
import { demoCatalog } from './demo/catalog.ts';
import { renderProduct } from './demo/render-product.ts';
import type { Stack } from './stack.ts';

const queueEvent = z.object({ Records: z.array(z.looseObject({ body: z.string() })) });
const objectCreated = z.looseObject({
  'detail-type': z.literal('Object Created'),
  detail: z.looseObject({ object: z.looseObject({ key: z.string() }) }),
});

const rows = `${JSON.stringify({ id: 'hat-1', title: 'Straw hat 草帽', attributes: { price: 19.5 } })}
${JSON.stringify({ id: 'bad/id', title: 'Refused' })}
`;

/**
 * Puts into the bucket what a sample event says was created there: a drawn product for a picture, two rows
 * for an import. Returns the event with the etags that they really have.
 */
export async function seedObjects(
  event: unknown,
  stack: Pick<Stack, 's3Url' | 'bucket' | 'credentials'>,
): Promise<unknown> {
  const parsed = queueEvent.safeParse(event);
  if (!parsed.success) return event;
  const s3 = new S3Client({
    endpoint: stack.s3Url,
    region: 'us-east-1',
    credentials: stack.credentials,
    forcePathStyle: true,
  });
  try {
    const Records = await Promise.all(
      parsed.data.Records.map(async (record) => {
        const created = objectCreated.safeParse(JSON.parse(record.body));
        if (!created.success) return record;
        const { detail, ...rest } = created.data;
        const { key } = detail.object;
        const Body = key.startsWith('imports/') ? rows : await renderProduct(demoCatalog()[0]!.svg);
        const { ETag = '' } = await s3.send(new PutObjectCommand({ Bucket: stack.bucket, Key: key, Body }));
        const object = { ...detail.object, etag: ETag.replaceAll('"', ''), size: Body.length };
        return { ...record, body: JSON.stringify({ ...rest, detail: { ...detail, object } }) };
      }),
    );
    return { Records };
  } finally {
    s3.destroy();
  }
}
