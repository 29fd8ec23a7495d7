import type { OpenApiDocument } from '../openapi.ts';
import type { Schema } from './schema.ts';

/** An operation of the document, flat. */
export interface Operation {
  readonly method: string;
  readonly path: string;
  readonly operationId: string;
  readonly tags?: readonly string[] | undefined;
  readonly summary: string;
  readonly description?: string | undefined;
  readonly parameters: readonly Parameter[];
  readonly bodies: readonly {
    readonly mediaType: string;
    readonly schema: Schema;
    readonly example: unknown;
  }[];
  readonly responses: readonly {
    readonly status: string;
    readonly description: string;
    readonly schema: Schema | undefined;
  }[];
}

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema: Schema & { readonly example?: unknown };
}

const methods = ['post', 'get', 'put', 'delete'] as const;

/** In the order of the document; answers by ascending status. */
export function operationsOf({ paths = {} }: OpenApiDocument): Operation[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const operation = item[method];
      if (!operation) return [];
      const { operationId = '', tags, summary = '', description } = operation;
      const content = bodyOf(operation.requestBody);
      return {
        method,
        path,
        operationId,
        tags,
        summary,
        description,
        parameters: (operation.parameters ?? []) as Parameter[],
        bodies: Object.entries(content).map(([mediaType, media]) => ({
          mediaType,
          schema: media.schema as Schema,
          example: media.example as unknown,
        })),
        responses: Object.entries(operation.responses ?? {}).map(([status, response]) => ({
          status,
          description: String(response.description ?? ''),
          schema: Object.values(bodyOf(response))[0]?.schema as Schema | undefined,
        })),
      };
    }),
  );
}

interface Media {
  readonly schema?: unknown;
  readonly example?: unknown;
}

/** Our document refers to schemas only, never to whole bodies. */
function bodyOf(body: object | undefined): Record<string, Media> {
  return body && 'content' in body ? ((body.content ?? {}) as Record<string, Media>) : {};
}
