import { Ajv2020 } from 'ajv/dist/2020.js';
import { operationsOf } from '../../functions/web/docs/operations.ts';
import { createOpenApi } from '../../functions/web/openapi.ts';

const document = JSON.parse(JSON.stringify(createOpenApi()));
const ajv = new Ajv2020({ strict: false, validateFormats: false });
ajv.addSchema(document, 'openapi');
const operations = operationsOf(document).map((operation) => ({
  ...operation,
  expression: new RegExp(
    `^${operation.path.replace(/\{(\w+)\}/g, operation.path.startsWith('/v1/matches/') ? '.+' : '[^/]+')}$`,
  ),
}));

/**
 * Holds an answer of an app against the document: its status must be listed there for the operation, and its
 * body be what the document says.
 *
 * @throws Error that says where the document is wrong
 */
export function checkAnswer(method: string, target: string, status: number, body: unknown): void {
  const path = target.split('?')[0]!;
  // The more specific path first, as the apps have it.
  const operation = operations
    .filter((known) => known.method === method.toLowerCase() && known.expression.test(path))
    .sort((a, b) => a.path.split('{').length - b.path.split('{').length)[0];
  if (!operation) return;
  const pointer = `paths/${operation.path.replaceAll('~', '~0').replaceAll('/', '~1')}/${operation.method}/responses/${status}`;
  if (!operation.responses.some((response) => response.status === String(status)))
    throw new Error(`${operation.operationId}: ${status} is not listed: ${JSON.stringify(body)}`);
  if (status === 204) return;
  const type = status < 400 ? 'application~1json' : 'application~1problem+json';
  const uri = `openapi#/${pointer}/content/${type}/schema`.replaceAll('{', '%7B').replaceAll('}', '%7D');
  const validate = ajv.getSchema(uri);
  if (!validate) throw new Error(`there is no schema at ${uri}`);
  if (!validate(body))
    throw new Error(
      `${operation.operationId} ${status}: ${ajv.errorsText(validate.errors)}: ${JSON.stringify(body)}`,
    );
}
