/** Which function answers which route: of the HTTP API when deployed, of the local gateway on this machine. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'ANY';
  /** As API Gateway writes it; `$default` takes what no other route does. */
  readonly path: string;
  readonly function: 'search' | 'catalog' | 'web';
}

export const routes: readonly Route[] = [
  { method: 'GET', path: '/health', function: 'search' },
  { method: 'ANY', path: '/v1/search', function: 'search' },
  { method: 'ANY', path: '/v1/search/{proxy+}', function: 'search' },
  { method: 'GET', path: '/v1/items/{id}/similar', function: 'search' },
  { method: 'ANY', path: '/v1/{proxy+}', function: 'catalog' },
  { method: 'ANY', path: '$default', function: 'web' },
];
