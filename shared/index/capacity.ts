/**
 * What Node, the encoder, sharp and a request take of the search function's memory. Its process was seen to
 * hold 534 MiB with 2,000 vectors after queries by words and by pictures; the rest is for large pictures.
 */
const reservedMb = 768;

/** Bytes of index that a search function of that memory can hold. */
export function capacityBytes(memoryMb: number): number {
  return Math.max(64, memoryMb - reservedMb) * 1024 * 1024;
}
