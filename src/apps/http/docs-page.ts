import type { FastifyInstance } from 'fastify';
import type { Endpoint } from '../../core/endpoint.js';
import { openApiOf } from './openapi.js';

const escapeHtml = (text: string): string =>
  text.replace(
    /[&<>"]/g,
    (letter) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[letter] ?? letter,
  );

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required: boolean;
  readonly description?: string;
  readonly schema: object;
}

interface Operation {
  readonly summary: string;
  readonly tags: readonly string[];
  readonly security: readonly object[];
  readonly parameters: readonly Parameter[];
  readonly requestBody?: { readonly content: Record<string, { readonly schema: object }> };
  readonly responses: Record<
    string,
    { readonly description: string; readonly content?: Record<string, { readonly schema?: object }> }
  >;
}

const STYLE = `
  :root { color-scheme: light dark; --line: #8884; --soft: #8881; --accent: #2f6fde; }
  body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 60rem; padding: 1.5rem; }
  h2 { margin-top: 2.5rem; text-transform: capitalize; border-bottom: 1px solid var(--line); }
  details { border: 1px solid var(--line); border-radius: .5rem; margin: .5rem 0; padding: .5rem .8rem; }
  summary { cursor: pointer; display: flex; gap: .8rem; align-items: baseline; flex-wrap: wrap; }
  summary b { font: 600 .8rem ui-monospace, monospace; min-width: 3.8rem; color: var(--accent); }
  code, pre { font-family: ui-monospace, monospace; font-size: .85rem; }
  pre { background: var(--soft); padding: .8rem; overflow-x: auto; border-radius: .4rem; }
  table { border-collapse: collapse; width: 100%; } td, th { text-align: left; padding: .25rem .5rem; border-bottom: 1px solid var(--line); vertical-align: top; }
  .key { font-size: .75rem; border: 1px solid var(--line); border-radius: 1rem; padding: 0 .5rem; margin-left: auto; }`;

const schemaBlock = (title: string, schema: object | undefined): string =>
  schema ? `<h4>${escapeHtml(title)}</h4><pre>${escapeHtml(JSON.stringify(schema, null, 2))}</pre>` : '';

function operationHtml(method: string, path: string, operation: Operation): string {
  const rows = operation.parameters
    .map(
      ({ name, in: place, required, description, schema }) =>
        `<tr><td><code>${escapeHtml(name)}</code>${required ? ' *' : ''}</td><td>${place}</td><td>${escapeHtml(description ?? '')} <code>${escapeHtml(JSON.stringify(schema))}</code></td></tr>`,
    )
    .join('');
  const bodies = Object.entries(operation.requestBody?.content ?? {}).map(([type, { schema }]) =>
    schemaBlock(`Body (${type})`, schema),
  );
  const answers = Object.entries(operation.responses)
    .filter(([status]) => status !== 'default')
    .map(([status, { description, content = {} }]) => {
      const [type, media] = Object.entries(content)[0] ?? ['', undefined];
      return (
        schemaBlock(`${status} ${description}${type ? ` (${type})` : ''}`, media?.schema) ||
        `<h4>${status} ${escapeHtml(description)} ${escapeHtml(type)}</h4>`
      );
    });
  return `<details><summary><b>${method.toUpperCase()}</b><code>${escapeHtml(path)}</code><span>${escapeHtml(operation.summary)}</span>${
    operation.security.length > 0 ? '<span class="key">key</span>' : ''
  }</summary>${rows ? `<table><tr><th>Parameter</th><th>In</th><th>Meaning</th></tr>${rows}</table>` : ''}${bodies.join('')}${answers.join('')}</details>`;
}

function page(
  document: { readonly paths: Record<string, Record<string, Operation>> },
  version: string,
): string {
  const byTag = new Map<string, string[]>();
  for (const [path, operations] of Object.entries(document.paths))
    for (const [method, operation] of Object.entries(operations)) {
      const tag = operation.tags[0] ?? 'other';
      byTag.set(tag, [...(byTag.get(tag) ?? []), operationHtml(method, path, operation)]);
    }
  const sections = [...byTag].map(([tag, items]) => `<h2>${escapeHtml(tag)}</h2>${items.join('')}`).join('');
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>MediaFlow API</title><style>${STYLE}</style></head><body>
<h1>MediaFlow <small>${escapeHtml(version)}</small></h1>
<p>Upload a video and watch it become playable:</p>
<pre>curl -F file=@video.mp4 http://127.0.0.1:3000/v1/media
curl http://127.0.0.1:3000/v1/media/{id}          # status, tags, why it was allowed
ffplay http://127.0.0.1:3000/v1/media/{id}/hls/master.m3u8</pre>
<p>Resumable uploads speak <a href="https://tus.io/protocols/resumable-upload">tus 1.0</a> at <code>/v1/uploads</code>.
Commands answer with a <code>position</code>; send it as <code>Mediaflow-After</code> to read your own writes.
The machine-readable description is <a href="/openapi.json">openapi.json</a>; health is at <a href="/health/ready">/health/ready</a>, metrics at <a href="/metrics">/metrics</a>.
Entries marked “key” ask for <code>Authorization: Bearer …</code> once keys are configured.</p>
${sections}</body></html>`;
}

/** `/openapi.json` for programs and `/docs` for people, from the same endpoints that serve. */
export function docsRoutes(server: FastifyInstance, endpoints: readonly Endpoint[], version: string): void {
  const document = openApiOf(endpoints, version);
  const html = page(document as unknown as Parameters<typeof page>[0], version);
  server.get('/openapi.json', async () => document);
  server.get('/docs', async (_request, reply) =>
    reply
      .headers({
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
      })
      .send(html),
  );
  server.get('/', async (_request, reply) => reply.redirect('/docs'));
}
