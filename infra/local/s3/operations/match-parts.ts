import { z } from 'zod';
import { CHECKSUM_ALGORITHMS } from '../body/checksum.ts';
import { S3Error } from '../errors.ts';
import type { StoredPart } from '../store/records.ts';
import type { UploadInProgress } from '../store/state.ts';
import { MAX_PARTS } from './multipart.ts';
import { parseCount, unquote } from './operation.ts';

const MIN_PART_BYTES = 5 * 1024 ** 2;

/** What a client says of a part that it wants in the object. */
export const listedPartSchema = z.object({
  PartNumber: z.string(),
  ETag: z.string(),
  ChecksumCRC32: z.string().optional(),
  ChecksumCRC32C: z.string().optional(),
  ChecksumCRC64NVME: z.string().optional(),
  ChecksumSHA1: z.string().optional(),
  ChecksumSHA256: z.string().optional(),
});
type ListedPart = z.infer<typeof listedPartSchema>;

/**
 * The stored parts that the client lists.
 * @throws S3Error InvalidPart, InvalidPartOrder, EntityTooSmall, InvalidRequest
 */
export function matchParts(upload: UploadInProgress, listed: readonly ListedPart[]): StoredPart[] {
  let before = 0;
  const parts = listed.map((listedPart) => {
    const number = parseCount('PartNumber', listedPart.PartNumber.trim(), { min: 1, max: MAX_PARTS });
    if (number <= before) throw new S3Error('InvalidPartOrder', undefined, { UploadId: upload.id });
    before = number;
    const part = upload.parts.get(number);
    if (
      upload.isDeclared &&
      upload.checksumType === 'COMPOSITE' &&
      listedPart[`Checksum${upload.algorithm}`] === undefined
    ) {
      throw new S3Error(
        'InvalidRequest',
        `The upload was created using a ${upload.algorithm.toLowerCase()} checksum. The complete request must include the checksum for each part. It was missing for part ${number} in the request.`,
      );
    }
    const matches =
      part?.etag === unquote(listedPart.ETag) &&
      CHECKSUM_ALGORITHMS.every((algorithm) => {
        const listed = listedPart[`Checksum${algorithm}`];
        return listed === undefined || listed === part.checksums[algorithm];
      });
    if (part === undefined || !matches) {
      throw new S3Error('InvalidPart', undefined, {
        UploadId: upload.id,
        PartNumber: String(number),
        ETag: unquote(listedPart.ETag),
      });
    }
    return part;
  });
  for (const { number, size } of parts.slice(0, -1)) {
    if (size < MIN_PART_BYTES) {
      throw new S3Error('EntityTooSmall', undefined, {
        PartNumber: String(number),
        ProposedSize: String(size),
        MinSizeAllowed: String(MIN_PART_BYTES),
      });
    }
  }
  return parts;
}
