import { html } from 'hono/html';
import type { OpenApiDocument } from '../openapi.ts';
import { curlOf } from './curl.ts';
import { type Operation, operationsOf } from './operations.ts';
import { type Schema, schemaTable } from './schema.ts';
import { textOf } from './text.ts';

/** The whole reader as one page that needs no script: what the document says, in the order of its tags. */
export function docsPage(document: OpenApiDocument, origin: string) {
  const operations = operationsOf(document);
  const tags = (document.tags ?? []).map((tag) => ({
    ...tag,
    operations: operations.filter((operation) => operation.tags?.includes(tag.name)),
  }));
  const schemas = Object.entries((document.components?.schemas ?? {}) as Record<string, Schema>);
  return html`<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>${document.info.title}: the API</title>
  <link rel="stylesheet" href="/docs/style.css">
</head>
<body>
<div class="page">
  <nav aria-label="Operations">
    <a href="/">${document.info.title}</a>
    ${tags.map(
      (tag) =>
        html`<h2>${tag.name}</h2><ul>${tag.operations.map(
          ({ operationId, method, path }) =>
            html`<li><a href="#${operationId}">${method.toUpperCase()} ${path}</a></li>`,
        )}</ul>`,
    )}
    <h2>Schemas</h2>
    <ul>${schemas.map(([name]) => html`<li><a href="#schema-${name}">${name}</a></li>`)}</ul>
  </nav>
  <main>
    <h1>${document.info.title}</h1>
    ${textOf(document.info.description ?? '')}
    <p>The same for programs: <a href="/openapi.json">/openapi.json</a> (OpenAPI ${document.openapi}).</p>
    ${tags.map(
      (tag) => html`<section><h2>${tag.name}</h2><p class="soft">${tag.description}</p>
        ${tag.operations.map((operation) => operationArticle(operation, origin))}</section>`,
    )}
    <section><h2>Schemas</h2>
      ${schemas.map(
        ([name, schema]) => html`<article id="schema-${name}"><h3>${name}</h3>
          ${schema.description ? html`<p>${schema.description}</p>` : ''}${schemaTable(schema)}</article>`,
      )}
    </section>
  </main>
</div>
</body>
</html>`;
}

function operationArticle(operation: Operation, origin: string) {
  const { method, path, operationId, summary, description, parameters, bodies, responses } = operation;
  return html`<article id="${operationId}">
    <h3><span class="method">${method}</span> <code>${path}</code></h3>
    <p><strong>${summary}</strong></p>
    ${description ? textOf(description) : ''}
    ${parameters.length > 0 ? html`<h4>Parameters</h4>${schemaTable(parametersAsSchema(parameters))}` : ''}
    ${bodies.map(({ mediaType, schema }) => html`<h4>Body: ${mediaType}</h4>${schemaTable(schema)}`)}
    <h4>Example</h4>
    <pre tabindex="0"><code>${curlOf(operation, origin)}</code></pre>
    <h4>Answers</h4>
    <div class="scroll" tabindex="0" role="region" aria-label="Answers"><table><tbody>${responses.map(
      ({ status, description: meaning, schema }) => html`<tr>
        <td><code>${status}</code></td><td>${textOf(meaning)}</td><td>${schemaLink(schema)}</td></tr>`,
    )}</tbody></table></div>
  </article>`;
}

function parametersAsSchema(parameters: Operation['parameters']): Schema {
  return {
    properties: Object.fromEntries(
      parameters.map(({ name, schema, in: place }) => {
        const description = `${schema.description ?? ''} (${place})`.trim();
        return [name, { ...schema, description }];
      }),
    ),
    required: parameters.filter(({ required }) => required).map(({ name }) => name),
  };
}

function schemaLink(schema: Schema | undefined) {
  const name = (schema?.$ref ?? schema?.allOf?.[0]?.$ref)?.split('/').at(-1);
  return name ? html`<a href="#schema-${name}">${name}</a>` : '';
}
