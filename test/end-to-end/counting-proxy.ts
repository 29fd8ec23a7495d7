import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Stands between a client and a service, and counts what is asked. */
export interface CountingProxy {
  readonly url: string;
  /** By method and path, such as `POST /v1/uploads`. */
  count(call: string): number;
  reset(): void;
  onCall: (call: string) => void;
  close(): Promise<void>;
}

export async function startCountingProxy(target: string): Promise<CountingProxy> {
  const counts = new Map<string, number>();
  const server = createServer((incoming, outgoing) => {
    const { method = 'GET', url = '/', headers } = incoming;
    const call = `${method} ${url.split('?')[0]}`;
    counts.set(call, (counts.get(call) ?? 0) + 1);
    proxy.onCall(call);
    const forwarded = request(`${target}${url}`, { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    forwarded.on('error', () => outgoing.destroy());
    incoming.pipe(forwarded);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const proxy: CountingProxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    count: (call) => counts.get(call) ?? 0,
    reset: () => counts.clear(),
    onCall: () => {},
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return proxy;
}
