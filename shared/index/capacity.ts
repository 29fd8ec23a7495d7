/**
 * What Node, the runtime of the encoder, the decoded picture and the request take of the search function's
 * memory; measured with the built-in encoder at about 380 MiB, the rest is room to breathe.
 */
const reservedMb = 640;

/** Bytes of index that a search function of that memory can hold. */
export function capacityBytes(memoryMb: number): number {
  return Math.max(64, memoryMb - reservedMb) * 1024 * 1024;
}
