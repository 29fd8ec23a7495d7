import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createPictureFetcher, type FetchPicture } from '../../shared/picture/fetch-picture.ts';
import { createCertificate } from './certificate.ts';

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

export interface PictureServer {
  /** `https://pictures.test:<port>` */
  readonly origin: string;
  /** What answers a path, its query included; anything else is 404. */
  readonly routes: Map<string, Answer>;
  /** Paths that were asked for, in order. */
  readonly requests: string[];
  /** The product's own fetcher, to which this server alone is public. */
  readonly fetchPicture: FetchPicture;
  close(): Promise<void>;
}

/** A server of pictures over TLS on this machine, and a fetcher that may connect to it. */
export async function startPictureServer(): Promise<PictureServer> {
  const { key, cert } = createCertificate(['pictures.test']);
  const routes = new Map<string, Answer>();
  const requests: string[] = [];
  const server = createServer({ key, cert }, (request, response) => {
    const path = request.url ?? '';
    requests.push(path);
    const answer = routes.get(path);
    if (answer) answer(request, response);
    else response.writeHead(404).end();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const fetchPicture = createPictureFetcher({
    network: {
      resolve: async (hostname) => (hostname === 'pictures.test' ? ['127.0.0.1'] : []),
      mayConnect: (address, to) => address === '127.0.0.1' && to === port,
      certificateAuthority: cert,
    },
  });
  return {
    origin: `https://pictures.test:${port}`,
    routes,
    requests,
    // The clocks of tests stand still; sockets know this machine's alone.
    fetchPicture: (url) => fetchPicture(url, { deadlineMs: Date.now() + 20_000 }),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A picture to whom it shows words, see world.ts. */
export const showing =
  (words: string): Answer =>
  (_, response) =>
    response.end(`GIF89apicture of ${words}`);
