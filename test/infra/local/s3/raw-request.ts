import { createHash, createHmac } from 'node:crypto';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { SignatureV4 } from '@smithy/signature-v4';
import { CREDENTIALS, REGION } from './credentials.ts';

export interface RawRequest {
  method: string;
  /** As it goes over the wire. */
  path: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
}

export interface RawReply {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
  /** The Code of an error document. */
  code: string | undefined;
}

/** Sends exactly these headers and this path, which fetch would tidy up. */
export function send(port: number, { method, path, headers, body }: RawRequest): Promise<RawReply> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      { host: '127.0.0.1', port, method, path, headers, agent: false },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const all = Buffer.concat(chunks);
          const code = /<Code>(\w+)<\/Code>/.exec(all.toString())?.[1];
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: all, code });
        });
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

// More than the server keeps to itself before there is a file.
const half = 'x'.repeat(1024 * 1024);

/** Begins an upload of two megabytes and sends one. */
export async function beginUpload(port: number) {
  const request = { method: 'PUT', path: '/tuwen/half' };
  const headers = { ...(await signHeaders(port, request)), 'content-length': String(2 * half.length) };
  const upload = httpRequest({ host: '127.0.0.1', port, ...request, headers, agent: false });
  const ended = new Promise((resolve) => upload.once('close', resolve));
  upload.on('error', () => undefined);
  upload.write(half);
  return { upload, ended };
}

/** Signs with AWS's own signer; the server's signer has no hand in it. */
export function createSigner(credentials = CREDENTIALS, region = REGION): SignatureV4 {
  return new SignatureV4({
    service: 's3',
    region,
    credentials,
    sha256: Sha256,
    uriEscapePath: false,
    applyChecksum: false,
  });
}

/** The headers to send for a request. */
export async function signHeaders(
  port: number,
  { method, path, headers = {} }: RawRequest,
  { at = new Date(), signer = createSigner() } = {},
): Promise<Record<string, string>> {
  const { pathname, searchParams } = new URL(path, 'http://127.0.0.1');
  const signed = await signer.sign(
    {
      method,
      protocol: 'http:',
      hostname: '127.0.0.1',
      path: pathname,
      query: Object.fromEntries(searchParams),
      headers: { host: `127.0.0.1:${port}`, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD', ...headers },
    },
    { signingDate: at },
  );
  return signed.headers;
}

/** The shape in which the SDK wants its hash. */
class Sha256 {
  readonly #hash;
  constructor(secret?: unknown) {
    this.#hash =
      secret === undefined ? createHash('sha256') : createHmac('sha256', Buffer.from(secret as Uint8Array));
  }
  update(data: Uint8Array): void {
    this.#hash.update(data);
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
  reset(): void {}
}
