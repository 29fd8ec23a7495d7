import type { Operation } from './operations.ts';

/** The operation's example as a command for a POSIX shell. */
export function curlOf(operation: Operation, origin: string): string {
  const { method, bodies } = operation;
  const lines = [
    `curl ${method === 'get' ? '' : `-X ${method.toUpperCase()} `}${quote(origin + examplePath(operation))}`,
  ];
  const [body] = bodies;
  if (body)
    lines.push(`  -H 'content-type: ${body.mediaType}'`, `  -d ${quote(JSON.stringify(body.example))}`);
  return lines.join(' \\\n');
}

/** Its path with the examples of its parameters; a query parameter that has none is left out. */
export function examplePath({ path, parameters }: Operation): string {
  let filled = path;
  const query = new URLSearchParams();
  for (const { name, in: place, schema } of parameters) {
    if (schema.example === undefined) continue;
    const example = String(schema.example);
    if (place === 'path') filled = filled.replace(`{${name}}`, encodeURIComponent(example));
    else if (place === 'query') query.set(name, example);
  }
  return query.size > 0 ? `${filled}?${query}` : filled;
}

const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
