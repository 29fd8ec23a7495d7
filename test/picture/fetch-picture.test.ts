import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createPictureFetcher, type PictureFetcherOptions } from '../../shared/picture/fetch-picture.ts';
import { isPublicAddress } from '../../shared/picture/public-address.ts';
import { createCertificate } from './certificate.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const { key, cert } = createCertificate(['pictures.test', 'other.test']);
const routes = new Map<string, Answer>();
const requests: string[] = [];
let server: Server;
let origin: string;

beforeAll(async () => {
  server = createServer({ key, cert }, (request, response) => {
    requests.push(`${request.headers.host?.split(':')[0]}${request.url}`);
    const answer = routes.get(request.url ?? '');
    if (answer) answer(request, response);
    else response.writeHead(404).end();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  origin = `https://pictures.test:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
afterEach(() => {
  routes.clear();
  requests.length = 0;
});

/** The hosts of the certificate are on this machine; the address stands for a public one. */
const network = {
  resolve: async (hostname: string) => (hostname.endsWith('.test') ? ['127.0.0.1'] : []),
  mayConnect: (address: string) => address === '127.0.0.1',
  certificateAuthority: cert,
};

function fetchFrom(url: string, options: PictureFetcherOptions = {}, timeMs = 5000) {
  const fetchPicture = createPictureFetcher({ ...options, network: { ...network, ...options.network } });
  return fetchPicture(url, { deadlineMs: Date.now() + timeMs });
}

const bytes = Buffer.from('a picture');
const send: Answer = (_, response) => response.end(bytes);
const redirect =
  (location: string, status = 302): Answer =>
  (_, response) =>
    response.writeHead(status, { location }).end('elsewhere');
const unreachable = (message: string | RegExp) => ({
  code: 'unreachable_picture',
  message: expect.stringMatching(message),
});

describe('fetching a picture by its URL', () => {
  it('gives the bytes that are there', async () => {
    routes.set('/shoe.jpg', send);
    expect(Buffer.from(await fetchFrom(`${origin}/shoe.jpg`))).toEqual(bytes);
  });

  it('asks for no compression and tells nothing of us', async () => {
    let headers: IncomingMessage['headers'] = {};
    routes.set('/', (request, response) => {
      headers = request.headers;
      response.end(bytes);
    });
    await fetchFrom(origin);
    expect(Object.keys(headers).sort()).toEqual([
      'accept',
      'accept-encoding',
      'connection',
      'host',
      'user-agent',
    ]);
    expect(headers['accept-encoding']).toBe('identity');
  });

  it.each([
    ['http://pictures.test/', 'no https URL'],
    ['file:///etc/passwd', 'no https URL'],
    ['data:image/png;base64,AAAA', 'no https URL'],
    ['shoe.jpg', 'no valid URL'],
    ['https://', 'no valid URL'],
    ['https://somebody:secret@pictures.test/', 'user name or password'],
  ])('refuses %s', async (url, message) => {
    await expect(fetchFrom(url)).rejects.toMatchObject(unreachable(message));
    expect(requests).toEqual([]);
  });

  it.each([
    'https://127.0.0.1/',
    'https://localhost/',
    'https://2130706433/',
    'https://0x7f.1/',
    'https://[::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://169.254.169.254/latest/meta-data/',
    'https://10.0.0.1/',
    'https://[fd00:ec2::254]/',
    'https://1.1.1.1:8443/',
  ])('does not connect to %s, and says the same of all of these', async (url) => {
    const fetchPicture = createPictureFetcher();
    await expect(fetchPicture(url, { deadlineMs: Date.now() + 5000 })).rejects.toMatchObject({
      code: 'unreachable_picture',
      message: 'the picture has no public https address',
    });
  });

  it('says the same of a host that there is not', async () => {
    for (const resolve of [async () => [], () => Promise.reject(new Error('ENOTFOUND'))])
      await expect(fetchFrom('https://nowhere.test/', { network: { resolve } })).rejects.toMatchObject({
        code: 'unreachable_picture',
        message: 'the picture has no public https address',
      });
  });

  it('refuses a host of which any address is inside', async () => {
    const resolve = async () => ['127.0.0.1', '10.0.0.1'];
    await expect(fetchFrom(origin, { network: { resolve } })).rejects.toMatchObject(unreachable('no public'));
    expect(requests).toEqual([]);
  });

  it('connects to the address that was checked, however the name resolves next', async () => {
    routes.set('/', send);
    let asked = 0;
    const resolve = async () => (++asked === 1 ? ['127.0.0.1'] : ['10.0.0.1']);
    expect(Buffer.from(await fetchFrom(origin, { network: { resolve } }))).toEqual(bytes);
    expect(asked).toBe(1);
  });

  it('refuses a certificate that is not the host’s', async () => {
    const { port } = new URL(origin);
    await expect(fetchFrom(`https://stranger.test:${port}/`)).rejects.toMatchObject(unreachable('could not'));
    await expect(
      createPictureFetcher({ network: { resolve: network.resolve, mayConnect: network.mayConnect } })(
        origin,
        {
          deadlineMs: Date.now() + 5000,
        },
      ),
    ).rejects.toMatchObject(unreachable('could not'));
    expect(requests).toEqual([]);
  });

  it.each([301, 302, 303, 307, 308])('follows a redirect with status %i', async (status) => {
    routes.set('/a', redirect('/b', status)).set('/b', send);
    expect(Buffer.from(await fetchFrom(`${origin}/a`))).toEqual(bytes);
    expect(requests).toEqual(['pictures.test/a', 'pictures.test/b']);
  });

  it('checks each redirect anew', async () => {
    const other = origin.replace('pictures', 'other');
    routes.set('/a', redirect(`${other}/b`)).set('/b', redirect('https://169.254.169.254/'));
    await expect(fetchFrom(`${origin}/a`)).rejects.toMatchObject(unreachable('no public'));
    expect(requests).toEqual(['pictures.test/a', 'other.test/b']);
    routes.set('/http', redirect('http://pictures.test/'));
    await expect(fetchFrom(`${origin}/http`)).rejects.toMatchObject(unreachable('no https'));
  });

  it('follows three redirects and no more', async () => {
    routes.set('/1', redirect('/2')).set('/2', redirect('/3')).set('/3', redirect('/4')).set('/4', send);
    expect(Buffer.from(await fetchFrom(`${origin}/1`))).toEqual(bytes);
    routes.set('/4', redirect('/1'));
    requests.length = 0;
    await expect(fetchFrom(`${origin}/1`)).rejects.toMatchObject(unreachable('more than 3 times'));
    expect(requests).toHaveLength(4);
  });

  it('refuses a picture that says it is too large, without reading it', async () => {
    routes.set('/', (_, response) => response.writeHead(200, { 'content-length': 1e9 }).write('begin'));
    await expect(fetchFrom(origin, { maxBytes: 1000 })).rejects.toMatchObject({
      code: 'too_large',
      message: 'expected a picture of at most 1000 bytes at the URL; found 1000000000 bytes',
    });
  });

  it('stops reading a picture that turns out too large, whatever it said', async () => {
    let sent = 0;
    routes.set('/', (_, response) => {
      const more = () => {
        while (!response.destroyed && sent < 50e6) {
          sent += 65_536;
          if (!response.write(Buffer.alloc(65_536))) return response.once('drain', more);
        }
        return response.end();
      };
      more();
    });
    await expect(fetchFrom(origin, { maxBytes: 100_000 })).rejects.toMatchObject({ code: 'too_large' });
    expect(sent).toBeLessThan(50e6);
  });

  it('takes no picture that ends before the length it stated', async () => {
    routes.set('/', (_, response) => {
      response.writeHead(200, { 'content-length': 100 });
      response.write('only this', () => response.destroy());
    });
    await expect(fetchFrom(origin)).rejects.toMatchObject({ ...unreachable('could not'), retryable: true });
  });

  it.each([204, 304, 401, 404, 500])('tells the status where there is no picture: %i', async (status) => {
    routes.set('/', (_, response) => response.writeHead(status).end());
    await expect(fetchFrom(origin)).rejects.toMatchObject({
      ...unreachable(`answered with status ${status}`),
      retryable: status >= 500,
    });
  });

  it('ends at the deadline, whether nothing comes or it only trickles', async () => {
    routes.set('/silent', () => {});
    routes.set('/trickle', (_, response) => {
      const timer = setInterval(() => response.write('.'), 10);
      response.on('close', () => clearInterval(timer));
    });
    for (const path of ['/silent', '/trickle'])
      await expect(fetchFrom(origin + path, {}, 120)).rejects.toMatchObject(
        unreachable('did not arrive within'),
      );
    const resolve = () => new Promise<never>(() => {});
    await expect(fetchFrom(origin, { network: { resolve } }, 50)).rejects.toMatchObject(
      unreachable('within'),
    );
    await expect(fetchFrom(origin, {}, -1)).rejects.toMatchObject(unreachable('within'));
  });
});

describe('a public address', () => {
  it.each(['1.1.1.1', '93.184.216.34', '2606:4700:4700::1111'])('is %s', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  it.each([
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '127.0.0.1',
    '169.254.169.254',
    '172.16.0.1',
    '192.0.0.1',
    '192.0.2.1',
    '192.88.99.1',
    '192.168.1.1',
    '198.18.0.1',
    '198.51.100.1',
    '203.0.113.1',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:1.1.1.1',
    '::127.0.0.1',
    '64:ff9b::101:101',
    '64:ff9b:1::a00:1',
    '2002:7f00:1::',
    '2001::1',
    '2001:db8::1',
    'fc00::1',
    'fe80::1',
    'fe80::1%eth0',
    'fec0::1',
    'ff02::1',
    '4000::1',
    '5f00::1',
    'not an address',
    '',
  ])('is not %s', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
});
