import type { ClientRequestOptions } from 'hono/client';
import type { Client } from './api.ts';

export { DetailedError, parseResponse } from 'hono/client';
export type { Api, Client } from './api.ts';

export interface ClientOptions extends ClientRequestOptions {
  /** A search key or an admin key, where keys are on. */
  readonly key?: string | undefined;
}

/**
 * A client of the API, typed by the very handlers that answer.
 *
 * @param url where the API is, such as `http://127.0.0.1:8787`
 */
export declare function createClient(url: string, options?: ClientOptions): Client;
