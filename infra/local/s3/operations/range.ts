import { S3Error } from '../errors.ts';

/** Bytes of an object: from `start`, `bytes` of them. */
export interface ByteRange {
  readonly start: number;
  readonly bytes: number;
}

/**
 * One range: `bytes=0-99`, `bytes=100-` or `bytes=-50`.
 * @returns undefined for what S3 answers with the whole object: other units, several ranges, nonsense
 * @throws S3Error InvalidRange (416) where the object has no such byte
 */
export function parseRange(header: string | undefined, size: number): ByteRange | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '');
  const [first, last] = [match?.[1] ?? '', match?.[2] ?? ''];
  if (first === '' && last === '') return undefined;
  if (first !== '' && last !== '' && Number(first) > Number(last)) return undefined;
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (start > end) {
    throw new S3Error(
      'InvalidRange',
      undefined,
      { RangeRequested: header ?? '', ActualObjectSize: String(size) },
      { 'content-range': `bytes */${size}` },
    );
  }
  return { start, bytes: end - start + 1 };
}

/** @throws S3Error InvalidPartNumber (416) */
export function partRange(
  partNumber: number,
  size: number,
  partSizes: readonly number[] | undefined,
): ByteRange {
  const sizes = partSizes ?? [size];
  const bytes = sizes[partNumber - 1];
  if (bytes === undefined) {
    throw new S3Error('InvalidPartNumber', undefined, {
      PartNumberRequested: String(partNumber),
      ActualPartCount: String(sizes.length),
    });
  }
  return { start: sizes.slice(0, partNumber - 1).reduce((sum, part) => sum + part, 0), bytes };
}
