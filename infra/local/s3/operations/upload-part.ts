import { type ChecksumAlgorithm, checksumHeader, statedChecksum } from '../body/checksum.ts';
import { receiveBody } from '../body/receive.ts';
import { S3Error } from '../errors.ts';
import { xmlDocument } from '../xml.ts';
import { copyBytes, openSource } from './copy-object.ts';
import { commitPart, findUpload, MAX_PARTS } from './multipart.ts';
import { isoTime, type Operation, parseCount, quote } from './operation.ts';
import { MAX_UPLOAD_BYTES } from './put-object.ts';
import { parseRange } from './range.ts';

/** UploadPart. https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPart.html */
export const uploadPart: Operation = async ({ store }, request) => {
  const number = partNumber(request.query);
  const { algorithm, isDeclared } = findUpload(store, request);
  const stated = statedChecksum(request.headers)?.algorithm;
  if (isDeclared && stated !== undefined && stated !== algorithm) {
    throw new S3Error(
      'InvalidRequest',
      `Checksum Type mismatch occurred, expected checksum Type: ${algorithm.toLowerCase()}, actual checksum Type: ${stated.toLowerCase()}`,
    );
  }
  const body = receiveBody(request, { maxBytes: MAX_UPLOAD_BYTES, also: [algorithm] });
  const base64 = (name: ChecksumAlgorithm) => body.digest(name).toString('base64');
  const file = await store.files.write(body.chunks);
  const part = await commitPart(store, request, {
    number,
    file,
    size: body.bytes(),
    etag: body.digest('MD5').toString('hex'),
    checksums: Object.fromEntries(
      [...new Set([algorithm, stated ?? algorithm])].map((name) => [name, base64(name)]),
    ),
  });
  const confirmed = stated ?? algorithm;
  return { status: 200, headers: { etag: quote(part.etag), [checksumHeader(confirmed)]: base64(confirmed) } };
};

/** UploadPartCopy. https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPartCopy.html */
export const uploadPartCopy: Operation = async ({ store }, request) => {
  const number = partNumber(request.query);
  const { algorithm } = findUpload(store, request);
  const { object, handle } = await openSource(store, request);
  try {
    const header = request.headers.get('x-amz-copy-source-range');
    const range = parseRange(header, object.size);
    if (header !== undefined && range === undefined) {
      throw new S3Error(
        'InvalidArgument',
        `Expected x-amz-copy-source-range: bytes=<first>-<last>, found "${header}".`,
      );
    }
    const { checksum, ...copy } = await copyBytes(
      store,
      handle,
      range ?? { start: 0, bytes: object.size },
      algorithm,
    );
    const part = await commitPart(store, request, { number, ...copy, checksums: { [algorithm]: checksum } });
    const document = {
      LastModified: isoTime(part.modifiedAt),
      ETag: quote(part.etag),
      [`Checksum${algorithm}`]: checksum,
    };
    return { status: 200, body: xmlDocument('CopyPartResult', document) };
  } finally {
    await handle.close();
  }
};

function partNumber(query: ReadonlyMap<string, string>): number {
  return parseCount('partNumber', query.get('partNumber') ?? '', { min: 1, max: MAX_PARTS });
}
