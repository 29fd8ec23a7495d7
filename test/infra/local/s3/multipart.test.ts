import { createHash } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  type CreateMultipartUploadCommandInput,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { createHasher } from '../../../../infra/local/s3/body/checksum.ts';
import { refusal, someBytes, startS3 } from './start-s3.ts';

const Bucket = 'tuwen';
const Key = 'big';
const MIB = 1024 ** 2;
const BYTES = someBytes(5 * MIB + 1000);
const PARTS = [BYTES.subarray(0, 5 * MIB), BYTES.subarray(5 * MIB)];

async function create(s3: S3Client, more: Partial<CreateMultipartUploadCommandInput> = {}): Promise<string> {
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key, ...more }));
  return UploadId ?? '';
}

async function uploadParts(
  s3: S3Client,
  UploadId: string,
  parts: readonly Buffer[] = PARTS,
): Promise<CompletedPart[]> {
  const done: CompletedPart[] = [];
  for (const [at, Body] of parts.entries()) {
    const { $metadata, ...part } = await s3.send(
      new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: at + 1, Body }),
    );
    done.push({ PartNumber: at + 1, ...part });
  }
  return done;
}

const complete = (s3: S3Client, UploadId: string, Parts: CompletedPart[], more = {}) =>
  s3.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts }, ...more }));

describe('an upload in parts', () => {
  it('becomes one object with the etag of its parts, and leaves no part behind', async () => {
    const { client, dataFiles } = await startS3();
    const s3 = client();
    const UploadId = await create(s3, { ContentType: 'image/png', Metadata: { a: '1' } });
    const parts = await uploadParts(s3, UploadId);
    expect(await refusal(s3.send(new HeadObjectCommand({ Bucket, Key })))).toMatchObject({ status: 404 });
    const { ETag } = await complete(s3, UploadId, parts);
    const md5s = PARTS.map((part) => createHash('md5').update(part).digest());
    expect(ETag).toBe(`"${createHash('md5').update(Buffer.concat(md5s)).digest('hex')}-2"`);
    const got = await s3.send(new GetObjectCommand({ Bucket, Key }));
    expect(got).toMatchObject({
      ETag,
      ContentType: 'image/png',
      Metadata: { a: '1' },
      ContentLength: BYTES.length,
    });
    expect(Buffer.from((await got.Body?.transformToByteArray()) ?? []).equals(BYTES)).toBe(true);
    const across = await s3.send(
      new GetObjectCommand({ Bucket, Key, Range: `bytes=${5 * MIB - 3}-${5 * MIB + 2}` }),
    );
    expect(Buffer.from((await across.Body?.transformToByteArray()) ?? [])).toEqual(
      BYTES.subarray(5 * MIB - 3, 5 * MIB + 3),
    );
    const second = await s3.send(new GetObjectCommand({ Bucket, Key, PartNumber: 2 }));
    expect(second).toMatchObject({ PartsCount: 2, ContentLength: 1000, $metadata: { httpStatusCode: 206 } });
    second.Body?.transformToByteArray();
    expect(await dataFiles()).toHaveLength(1);
    expect(await refusal(complete(s3, UploadId, parts))).toEqual({ name: 'NoSuchUpload', status: 404 });
  });

  it('survives a restart half way', async () => {
    const first = await startS3();
    const UploadId = await create(first.client());
    const parts = await uploadParts(first.client(), UploadId);
    await first.server.close();
    const second = await startS3({ directory: first.directory });
    await complete(second.client(), UploadId, parts);
    expect(await second.client().send(new HeadObjectCommand({ Bucket, Key }))).toMatchObject({
      ContentLength: BYTES.length,
    });
  });

  it('that is aborted leaves nothing', async () => {
    const { client, dataFiles } = await startS3();
    const s3 = client();
    const UploadId = await create(s3);
    await uploadParts(s3, UploadId, [Buffer.from('a')]);
    const uploads = await s3.send(new ListMultipartUploadsCommand({ Bucket }));
    expect(uploads.Uploads).toMatchObject([{ Key, UploadId }]);
    await s3.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
    expect((await s3.send(new ListMultipartUploadsCommand({ Bucket }))).Uploads).toBeUndefined();
    expect(await dataFiles()).toEqual([]);
    const late = s3.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: 1, Body: 'x' }));
    expect(await refusal(late)).toEqual({ name: 'NoSuchUpload', status: 404 });
    expect(await dataFiles()).toEqual([]);
  });

  it('lists its parts by number, in pages, the last upload of a number standing', async () => {
    const { client, dataFiles } = await startS3();
    const s3 = client();
    const UploadId = await create(s3);
    for (const [PartNumber, Body] of [
      [3, 'c'],
      [1, 'a'],
      [2, 'b'],
      [1, 'again'],
    ] as const) {
      await s3.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body }));
    }
    const first = await s3.send(new ListPartsCommand({ Bucket, Key, UploadId, MaxParts: 2 }));
    expect(first).toMatchObject({
      IsTruncated: true,
      NextPartNumberMarker: '2',
      Parts: [
        { PartNumber: 1, Size: 5 },
        { PartNumber: 2, Size: 1 },
      ],
    });
    const next = await s3.send(new ListPartsCommand({ Bucket, Key, UploadId, PartNumberMarker: '2' }));
    expect(next).toMatchObject({ IsTruncated: false, Parts: [{ PartNumber: 3 }] });
    expect(await dataFiles()).toHaveLength(3);
  });

  it('takes ranges of other objects as parts', async () => {
    const s3 = (await startS3()).client();
    await s3.send(new PutObjectCommand({ Bucket, Key: 'from', Body: BYTES }));
    const UploadId = await create(s3);
    const parts: CompletedPart[] = [];
    for (const [at, range] of [`0-${5 * MIB - 1}`, `${5 * MIB}-${BYTES.length - 1}`].entries()) {
      const source = { CopySource: 'tuwen/from', CopySourceRange: `bytes=${range}` };
      const { CopyPartResult } = await s3.send(
        new UploadPartCopyCommand({ Bucket, Key, UploadId, PartNumber: at + 1, ...source }),
      );
      parts.push({
        PartNumber: at + 1,
        ETag: CopyPartResult?.ETag,
        ChecksumCRC32: CopyPartResult?.ChecksumCRC32,
      });
    }
    await complete(s3, UploadId, parts);
    const got = await s3.send(new GetObjectCommand({ Bucket, Key }));
    expect(Buffer.from((await got.Body?.transformToByteArray()) ?? []).equals(BYTES)).toBe(true);
  });

  it('is refused where its list is not what was uploaded', async () => {
    const s3 = (await startS3()).client();
    const UploadId = await create(s3, { ChecksumAlgorithm: 'CRC32' });
    const [one, two] = await uploadParts(s3, UploadId, [Buffer.from('small'), Buffer.from('b')]);
    const name = async (parts: CompletedPart[]) => (await refusal(complete(s3, UploadId, parts))).name;
    expect(await name([two!, one!])).toBe('InvalidPartOrder');
    expect(await name([{ ...one!, ETag: '"other"' }])).toBe('InvalidPart');
    expect(await name([{ ...one!, ChecksumCRC32: 'AAAAAA==' }])).toBe('InvalidPart');
    expect(await name([{ ...one!, PartNumber: 7 }])).toBe('InvalidPart');
    expect(await name([{ PartNumber: 1, ETag: one!.ETag }])).toBe('InvalidRequest');
    expect(await name([one!, two!])).toBe('EntityTooSmall');
    expect(await name([])).toBe('MalformedXML');
    expect(await name([one!])).toBe('nothing');
  });

  it('is completed on conditions', async () => {
    const s3 = (await startS3()).client();
    const { ETag } = await s3.send(new PutObjectCommand({ Bucket, Key, Body: 'here' }));
    const UploadId = await create(s3);
    const parts = await uploadParts(s3, UploadId, [Buffer.from('a')]);
    expect(await refusal(complete(s3, UploadId, parts, { IfNoneMatch: '*' }))).toEqual({
      name: 'PreconditionFailed',
      status: 412,
    });
    expect(await refusal(complete(s3, UploadId, parts, { IfMatch: '"other"' }))).toMatchObject({
      status: 412,
    });
    await complete(s3, UploadId, parts, { IfMatch: ETag });
  });
});

describe('the checksum of an upload in parts', () => {
  it.each(['CRC32', 'CRC32C', 'SHA1', 'SHA256'] as const)(
    '%s is one of the parts’ checksums',
    async (algorithm) => {
      const s3 = (await startS3()).client();
      const UploadId = await create(s3, { ChecksumAlgorithm: algorithm });
      const parts: CompletedPart[] = [];
      for (const [at, Body] of PARTS.entries()) {
        const { $metadata, ...part } = await s3.send(
          new UploadPartCommand({
            Bucket,
            Key,
            UploadId,
            PartNumber: at + 1,
            Body,
            ChecksumAlgorithm: algorithm,
          }),
        );
        parts.push({ PartNumber: at + 1, ...part });
      }
      await complete(s3, UploadId, parts);
      const got = await s3.send(new GetObjectCommand({ Bucket, Key }));
      expect((await got.Body?.transformToByteArray())?.length).toBe(BYTES.length);
      const hasher = createHasher(algorithm);
      for (const part of parts) hasher.update(Buffer.from(part[`Checksum${algorithm}`] ?? '', 'base64'));
      const head = await s3.send(new HeadObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' }));
      expect(head).toMatchObject({
        ChecksumType: 'COMPOSITE',
        [`Checksum${algorithm}`]: `${hasher.digest().toString('base64')}-2`,
      });
    },
  );

  it('is that of the whole where it is asked for, and checked against what the client says it is', async () => {
    const s3 = (await startS3()).client();
    const UploadId = await create(s3, { ChecksumAlgorithm: 'CRC64NVME', ChecksumType: 'FULL_OBJECT' });
    // Left to itself the SDK sums parts with CRC32.
    expect((await refusal(uploadParts(s3, UploadId))).name).toBe('InvalidRequest');
    const plain: CompletedPart[] = [];
    for (const [at, Body] of PARTS.entries()) {
      const hasher = createHasher('CRC64NVME');
      hasher.update(Body);
      const ChecksumCRC64NVME = hasher.digest().toString('base64');
      const { ETag } = await s3.send(
        new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: at + 1, Body, ChecksumCRC64NVME }),
      );
      plain.push({ PartNumber: at + 1, ETag });
    }
    const whole = createHasher('CRC64NVME');
    whole.update(BYTES);
    const ChecksumCRC64NVME = whole.digest().toString('base64');
    expect((await refusal(complete(s3, UploadId, plain, { ChecksumCRC64NVME: 'AAAAAAAAAAA=' }))).name).toBe(
      'BadDigest',
    );
    expect(await complete(s3, UploadId, plain, { ChecksumCRC64NVME })).toMatchObject({
      ChecksumCRC64NVME,
      ChecksumType: 'FULL_OBJECT',
    });
  });

  it('cannot be what S3 has not', async () => {
    const s3 = (await startS3()).client();
    expect(
      (await refusal(create(s3, { ChecksumAlgorithm: 'SHA256', ChecksumType: 'FULL_OBJECT' }))).name,
    ).toBe('InvalidRequest');
    expect(
      (await refusal(create(s3, { ChecksumAlgorithm: 'CRC64NVME', ChecksumType: 'COMPOSITE' }))).name,
    ).toBe('InvalidRequest');
  });
});
