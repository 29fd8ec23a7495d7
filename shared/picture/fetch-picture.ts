import { lookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import type { Agent } from 'undici';
import { TuwenError } from '../error.ts';
import { limits } from '../item.ts';
import { isPublicAddress } from './public-address.ts';

export interface PictureFetcherOptions {
  /** Default limits.storedPictureBytes. */
  readonly maxBytes?: number;
  /** For everything, redirects included; the deadline of a call may be nearer. Default 10 s. */
  readonly timeoutMs?: number;
  /** Default 3. */
  readonly maxRedirects?: number;
  readonly network?: Partial<Network>;
}

/** The world outside; tests put another in its place, so that a server on this machine can stand for it. */
export interface Network {
  /** All addresses of a host. */
  resolve(hostname: string): Promise<readonly string[]>;
  /** Whether a connection may be made there. Default: public addresses, port 443. */
  mayConnect(address: string, port: number): boolean;
  /** PEM of a certificate authority to trust in place of the usual ones. */
  readonly certificateAuthority?: string;
}

export type FetchPicture = (url: string, options: { deadlineMs: number }) => Promise<Uint8Array>;

/**
 * Fetches the bytes of pictures that users name by URL, without letting them look into our network: https,
 * public addresses, port 443, no credentials; a host is resolved once and the connection made to the very
 * addresses that were checked; each redirect is checked anew; time and bytes are limited.
 *
 * @throws TuwenError `unreachable_picture`, which tells nothing of addresses, or `too_large`.
 */
export function createPictureFetcher(options: PictureFetcherOptions = {}): FetchPicture {
  const { maxBytes = limits.storedPictureBytes, timeoutMs = 10_000, maxRedirects = 3 } = options;
  const network: Network = { ...publicInternet, ...options.network };

  return async (url, { deadlineMs }) => {
    const leftMs = Math.max(0, Math.min(timeoutMs, deadlineMs - Date.now()));
    const signal = AbortSignal.timeout(leftMs);
    try {
      return await follow(parse(url, undefined), signal);
    } catch (error) {
      if (error instanceof TuwenError) throw error;
      const reason = signal.aborted
        ? `did not arrive within ${Math.round(leftMs)} ms`
        : 'could not be fetched';
      throw unreachable(reason, true, error);
    }
  };

  async function follow(start: URL, signal: AbortSignal): Promise<Uint8Array> {
    const { Agent, request } = await import('../http-client.ts');
    let url = start;
    for (let redirects = 0; redirects <= maxRedirects; redirects++) {
      const addresses = await checkedAddresses(url, signal);
      const agent = new Agent(optionsFor(addresses));
      try {
        const { statusCode, headers, body } = await request(url, {
          dispatcher: agent,
          signal,
          headers: { accept: 'image/*', 'accept-encoding': 'identity', 'user-agent': 'tuwen' },
        });
        // A body that is not read to its end is cut off below, which is no error of ours.
        body.on('error', () => {});
        if (statusCode === 200) return await readBody(body, headers['content-length']);
        const { location } = headers;
        if (![301, 302, 303, 307, 308].includes(statusCode) || typeof location !== 'string')
          throw unreachable(
            `was answered with status ${statusCode}`,
            statusCode >= 500 || statusCode === 429,
          );
        url = parse(location, url);
      } finally {
        agent.destroy().catch(() => {});
      }
    }
    throw unreachable(`was redirected more than ${maxRedirects} times`, false);
  }

  /** A host that has no address and one that may not be connected to look the same from outside. */
  async function checkedAddresses(url: URL, signal: AbortSignal): Promise<readonly string[]> {
    const hostname = url.hostname.replace(/^\[(.*)\]$/, '$1');
    const addresses = isIP(hostname) ? [hostname] : await beforeAbort(resolve(hostname), signal);
    const port = Number(url.port || 443);
    if (addresses.length === 0 || !addresses.every((address) => network.mayConnect(address, port)))
      throw unreachable('has no public https address', false);
    return addresses;
  }

  function resolve(hostname: string): Promise<readonly string[]> {
    return network.resolve(hostname).catch(() => []);
  }

  function optionsFor(addresses: readonly string[]): Agent.Options {
    const found = addresses.map((address) => ({ address, family: isIP(address) }));
    const pinned: LookupFunction = (_hostname, lookupOptions, callback) => {
      if (lookupOptions.all) callback(null, found);
      else callback(null, found[0]!.address, found[0]!.family);
    };
    return {
      pipelining: 0,
      connect: {
        lookup: pinned,
        timeout: timeoutMs,
        ...(network.certificateAuthority && { ca: network.certificateAuthority }),
      },
    };
  }

  async function readBody(body: AsyncIterable<Uint8Array>, length: string | string[] | undefined) {
    if (Number(length) > maxBytes) throw tooLarge(`${length} bytes`);
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    for await (const chunk of body) {
      bytes += chunk.byteLength;
      if (bytes > maxBytes) throw tooLarge('more');
      chunks.push(chunk);
    }
    return Buffer.concat(chunks, bytes);
  }

  function tooLarge(found: string): TuwenError {
    return new TuwenError(
      'too_large',
      `expected a picture of at most ${maxBytes} bytes at the URL; found ${found}`,
    );
  }
}

const publicInternet: Network = {
  resolve: async (hostname) => (await lookup(hostname, { all: true })).map(({ address }) => address),
  mayConnect: (address, port) => port === 443 && isPublicAddress(address),
};

/** @throws TuwenError where the URL is none, or not one that is fetched. */
function parse(text: string, base: URL | undefined): URL {
  if (!URL.canParse(text, base)) throw unreachable('has no valid URL', false);
  const url = new URL(text, base);
  if (url.protocol !== 'https:') throw unreachable('has no https URL', false);
  if (url.username || url.password) throw unreachable('has a URL with a user name or password', false);
  return url;
}

function unreachable(reason: string, retryable: boolean, cause?: unknown): TuwenError {
  return new TuwenError('unreachable_picture', `the picture ${reason}`, { retryable, cause });
}

async function beforeAbort<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  return Promise.race([promise, aborted]);
}
