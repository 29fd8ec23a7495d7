import { html } from 'hono/html';

/** As much of a JSON schema as our contracts become. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly description?: string;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
}

/** A table of what an object has, or one line for anything else. */
export function schemaTable(schema: Schema) {
  const names = Object.entries(schema.properties ?? {});
  if (names.length === 0) return html`<p>${typeOf(schema)}</p>`;
  const rows = names.map(([name, inner]) => {
    const isRequired = schema.required?.includes(name);
    return html`<tr>
      <td><code>${name}</code></td>
      <td>${typeOf(inner)}${isRequired ? '' : html` <span class="soft">optional</span>`}</td>
      <td>${inner.description ?? ''}${boundsOf(inner)}</td>
    </tr>`;
  });
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Fields"><table>
    <thead><tr><th scope="col">name</th><th scope="col">type</th><th scope="col"></th></tr></thead>
    <tbody>${rows}</tbody>
  </table></div>`;
}

/** What a value may be, in a line; names of components are links. */
// biome-ignore lint/suspicious/noExplicitAny: what `html` gives may be a promise, and is only ever put into html.
function typeOf(schema: Schema): any {
  if (schema.$ref) {
    const name = schema.$ref.split('/').at(-1)!;
    return html`<a href="#schema-${name}">${name}</a>`;
  }
  const branches = schema.anyOf ?? schema.oneOf ?? schema.allOf;
  if (branches) return joined(branches.map(typeOf), schema.allOf ? ' and ' : ' or ');
  if (schema.enum) return joined(schema.enum.map(literal), ' or ');
  if (schema.const !== undefined) return literal(schema.const);
  if (schema.type === 'array') return html`array of ${schema.items ? typeOf(schema.items) : 'anything'}`;
  if (schema.properties) {
    const parts = Object.entries(schema.properties).map(
      ([name, inner]) => html`<code>${name}</code>: ${typeOf(inner)}`,
    );
    return html`object { ${joined(parts, ', ')} }`;
  }
  const { additionalProperties: others } = schema;
  if (typeof others === 'object' && Object.keys(others).length > 0)
    return html`object of names with ${typeOf(others)}`;
  return schema.type ?? 'anything';
}

const literal = (value: unknown) => html`<code>${JSON.stringify(value)}</code>`;

function joined(parts: readonly unknown[], between: string) {
  return parts.map((part, i) => (i === 0 ? part : html`${between}${part}`));
}

function boundsOf(schema: Schema): string {
  const range = (least: number | undefined, most: number | undefined, unit: string) => {
    if (least === undefined && most === undefined) return [];
    if (most === undefined) return [`at least ${least}${unit}`];
    return [least === undefined ? `at most ${most}${unit}` : `${least} to ${most}${unit}`];
  };
  const told = [
    ...range(schema.minimum, schema.maximum, ''),
    ...range(schema.minLength, schema.maxLength, ' characters'),
    ...range(schema.minItems, schema.maxItems, ' elements'),
    ...(schema.default === undefined ? [] : [`default ${JSON.stringify(schema.default)}`]),
  ];
  if (told.length === 0) return '';
  return schema.description ? ` (${told.join('; ')})` : told.join('; ');
}
