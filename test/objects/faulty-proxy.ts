import { createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What goes wrong with one request on its way. */
export type Fault =
  /** It is carried out, and its reply is lost. */
  | { readonly kind: 'lose reply' }
  /** The reply's body breaks off, or stands still, after so many bytes. */
  | { readonly kind: 'break' | 'stall'; readonly afterBytes: number }
  /** It is not carried out but answered so. */
  | { readonly kind: 'answer'; readonly status: number; readonly code: string };

export interface FaultyProxy {
  readonly endpoint: string;
  /** The faults of the next requests, in order; undefined for one that passes. */
  readonly faults: (Fault | undefined)[];
  /** `METHOD range` of every request that came. */
  readonly requests: string[];
  close(): Promise<void>;
}

/** Stands between a client and a server and spoils what it is told to. */
export async function startFaultyProxy(target: string): Promise<FaultyProxy> {
  const faults: (Fault | undefined)[] = [];
  const requests: string[] = [];
  const server = createServer((incoming, outgoing) => {
    requests.push(`${incoming.method} ${incoming.headers.range ?? ''}`.trim());
    handle(incoming, outgoing, faults.shift());
  });

  function handle(incoming: IncomingMessage, outgoing: ServerResponse, fault: Fault | undefined): void {
    if (fault?.kind === 'answer') {
      incoming.resume();
      const body = `<Error><Code>${fault.code}</Code><Message>as told</Message></Error>`;
      outgoing.writeHead(fault.status, { 'content-type': 'application/xml' }).end(body);
      return;
    }
    const { method, url, headers } = incoming;
    const onward = forward(new URL(url ?? '/', target), { method, headers, agent: false }, async (reply) => {
      if (fault?.kind === 'lose reply') {
        reply.resume().on('end', () => outgoing.destroy());
        return;
      }
      outgoing.writeHead(reply.statusCode ?? 500, reply.headers);
      let sent = 0;
      for await (const chunk of reply) {
        const left = fault ? fault.afterBytes - sent : chunk.length;
        outgoing.write(chunk.subarray(0, left));
        sent += Math.min(left, chunk.length);
        if (left > chunk.length || !fault) continue;
        if (fault.kind === 'break') setTimeout(() => outgoing.destroy(), 20);
        reply.destroy();
        return;
      }
      outgoing.end();
    });
    onward.on('error', () => outgoing.destroy());
    incoming.pipe(onward);
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    faults,
    requests,
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
