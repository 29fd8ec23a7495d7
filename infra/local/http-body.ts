import type { IncomingMessage } from 'node:http';

/**
 * The body of a request, or undefined where it has more than `maxBytes`. What is left of it is read and
 * dropped, so that the client, which reads no answer while it sends, gets to see one.
 */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length;
    if (bytes <= maxBytes) chunks.push(chunk as Buffer);
    else chunks.length = 0;
  }
  return bytes <= maxBytes ? Buffer.concat(chunks) : undefined;
}
