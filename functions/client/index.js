import { hc } from 'hono/client';

// Plain JavaScript, so that it runs as it is in Node, in a browser and through any bundler.
// biome-ignore lint/performance/noBarrelFile: what callers need beside the client, where they look for it.
export { DetailedError, parseResponse } from 'hono/client';

export function createClient(url, { key, headers = {}, fetch: send = fetch, ...others } = {}) {
  const own = key === undefined ? {} : { authorization: `Bearer ${key}` };
  const base = url.replace(/\/+$/, '');
  // Hono's client takes a last /index for a directory's and drops it; nothing of ours is at /v1 itself.
  const whole = (target) => (target === `${base}/v1` ? `${base}/v1/index` : target);
  return hc(base, {
    ...others,
    fetch: (target, init) => send(whole(target), init),
    headers:
      typeof headers === 'function' ? async () => ({ ...own, ...(await headers()) }) : { ...own, ...headers },
  });
}
