import { type Route, routes } from '../../routes.ts';

/** The route that a request takes, as API Gateway writes it in `routeKey`, and what stands for its variables. */
export interface FoundRoute {
  readonly route: Route;
  readonly routeKey: string;
  readonly pathParameters: Readonly<Record<string, string>> | undefined;
}

/**
 * The most specific route wins: one without a variable, then without a greedy one, then `$default`; of two
 * alike the one that names the method.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
 *
 * @param path decoded
 */
export function findRoute(method: string, path: string): FoundRoute {
  for (const { route, expression, names } of ranked) {
    if (route.method !== 'ANY' && route.method !== method) continue;
    const match = expression.exec(path);
    if (!match) continue;
    const values = names.map((name, i): [string, string] => [name, match[i + 1]!]);
    return {
      route,
      routeKey: route.path === '$default' ? '$default' : `${route.method} ${route.path}`,
      pathParameters: values.length > 0 ? Object.fromEntries(values) : undefined,
    };
  }
  throw new Error('expected a route $default in infra/routes.ts, found none');
}

const ranked = [...routes].sort((a, b) => rank(a) - rank(b) || b.path.length - a.path.length).map(compile);

function rank({ path, method }: Route): number {
  const specific = path === '$default' ? 3 : path.includes('+}') ? 2 : path.includes('{') ? 1 : 0;
  return specific * 2 + (method === 'ANY' ? 1 : 0);
}

function compile(route: Route): { route: Route; expression: RegExp; names: string[] } {
  if (route.path === '$default') return { route, expression: /^/, names: [] };
  const names: string[] = [];
  const parts = route.path.split('/').map((part) => {
    const [, name, greedy] = /^\{([^}+]+)(\+?)\}$/.exec(part) ?? [];
    if (name === undefined) return part.replaceAll('.', '\\.');
    names.push(name);
    return greedy ? '(.+)' : '([^/]+)';
  });
  return { route, expression: new RegExp(`^${parts.join('/')}$`, 's'), names };
}
