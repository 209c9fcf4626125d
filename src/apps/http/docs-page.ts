import type { FastifyInstance } from 'fastify';
import { type Definitions, exampleOf, type JsonSchema, typeText } from './json-schema-text.js';
import type { Operation, openApiOf } from './openapi.js';

type Document = ReturnType<typeof openApiOf>;

const escapeHtml = (text: string): string =>
  text.replace(
    /[&<>"]/g,
    (letter) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[letter] ?? letter,
  );

/** A sentence in which `code` is marked. */
const prose = (text: string): string => escapeHtml(text).replace(/`([^`]+)`/g, '<code>$1</code>');

const STYLE = `
  :root { color-scheme: light dark; --line: #8884; --soft: #8881; --muted: light-dark(#555, #aaa);
    --get: light-dark(#1f5fc4, #7fb0ff); --post: light-dark(#17733a, #6fd08f); --patch: light-dark(#8a5a00, #f0bf60); --delete: light-dark(#b3261e, #ff8f87); }
  body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 60rem; padding: 1.5rem; }
  a { color: var(--get); }
  nav { display: flex; flex-wrap: wrap; gap: .2rem 1rem; position: sticky; top: 0; background: Canvas; padding: .5rem 0; border-bottom: 1px solid var(--line); }
  nav a, h2 { text-transform: capitalize; }
  h2 { margin-top: 2rem; scroll-margin-top: 4rem; }
  h4 { margin: 1rem 0 .3rem; } h4 small { color: var(--muted); font-weight: normal; }
  details { border: 1px solid var(--line); border-radius: .5rem; margin: .5rem 0; padding: 0 .8rem; }
  summary { cursor: pointer; display: flex; gap: .2rem .8rem; align-items: baseline; flex-wrap: wrap; padding: .5rem 0; list-style: none; }
  summary::-webkit-details-marker { display: none; }
  summary::before { content: "▸"; color: var(--muted); } details[open] > summary::before { content: "▾"; }
  summary b { font: 600 .8rem ui-monospace, monospace; min-width: 3.6rem; color: var(--get); }
  .post { color: var(--post) !important; } .patch { color: var(--patch) !important; } .delete { color: var(--delete) !important; }
  .what { flex: 1 1 16rem; color: var(--muted); }
  .key { font-size: .75rem; border: 1px solid var(--line); border-radius: 1rem; padding: 0 .5rem; white-space: nowrap; }
  code, pre { font-family: ui-monospace, monospace; font-size: .85rem; overflow-wrap: anywhere; }
  pre { background: var(--soft); padding: .8rem; overflow-x: auto; max-height: 24rem; border-radius: .4rem; margin: .3rem 0 1rem; }
  table { border-collapse: collapse; width: 100%; font-size: .9rem; margin-bottom: .8rem; }
  td, th { text-align: left; padding: .25rem .5rem; border-bottom: 1px solid var(--line); vertical-align: top; }
  td:first-child code { overflow-wrap: normal; }
  td small { color: var(--muted); }
  @media (max-width: 40rem) { body { padding: .8rem; } nav { position: static; } .what { order: 1; flex-basis: 100%; } summary code { flex: 1; } }`;

interface Row {
  readonly name: string;
  readonly place: string;
  readonly isRequired?: boolean;
  readonly description?: string | undefined;
  readonly schema: JsonSchema;
}

/** What is plain text needs no word. */
const typeHtml = (schema: JsonSchema): string => {
  const text = typeText(schema);
  return text === 'string' ? '' : `<small>${escapeHtml(text)}</small>`;
};

const table = (rows: readonly Row[]): string =>
  rows.length === 0
    ? ''
    : `<table><tr><th>Name</th><th>In</th><th>Meaning</th></tr>${rows
        .map(
          ({ name, place, isRequired, description, schema }) =>
            `<tr><td><code>${escapeHtml(name)}</code>${isRequired ? ' *' : ''}</td><td>${place}</td><td>${prose(description ?? '')} ${typeHtml(schema)}</td></tr>`,
        )
        .join('')}</table>`;

function requestHtml({ parameters, requestBody }: Operation, definitions: Definitions): string {
  const rows: Row[] = parameters.map(({ in: place, required, ...rest }) => ({
    ...rest,
    place,
    isRequired: required,
  }));
  const [type = '', { schema: body = {} } = {}] = Object.entries(requestBody?.content ?? {})[0] ?? [];
  const { properties = {}, required = [] } = body as JsonSchema;
  const place = type.startsWith('multipart') ? 'form' : 'body';
  for (const [name, schema] of Object.entries(properties))
    rows.push({ name, place, isRequired: required.includes(name), description: schema.description, schema });
  if (!requestBody) return table(rows);
  const example = type === 'application/json' ? `<pre>${jsonHtml(exampleOf(body, definitions))}</pre>` : '';
  return `${table(rows)}<h4>Body <small>${escapeHtml(type)}</small></h4>${example}`;
}

const jsonHtml = (value: unknown): string => escapeHtml(JSON.stringify(value, null, 2));

const answersHtml = ({ responses }: Operation, definitions: Definitions): string =>
  Object.entries(responses)
    .filter(([status]) => status !== 'default')
    .map(([status, { description, headers = {}, content = {} }]) => {
      const [type = '', { schema } = {}] = Object.entries(content)[0] ?? [];
      const rows = Object.entries(headers).map(([name, header]) => ({ ...header, name, place: 'answer' }));
      const example =
        schema && type === 'application/json' ? `<pre>${jsonHtml(exampleOf(schema, definitions))}</pre>` : '';
      return `<h4>${status} ${prose(description)} <small>${escapeHtml(type)}</small></h4>${table(rows)}${example}`;
    })
    .join('');

const operationHtml = (
  method: string,
  path: string,
  operation: Operation,
  definitions: Definitions,
): string =>
  `<details><summary><b class="${method}">${method.toUpperCase()}</b><code>${escapeHtml(path)}</code><span class="what">${prose(operation.summary)}</span>${
    operation.security.length > 0 ? '<span class="key">key</span>' : ''
  }</summary>${requestHtml(operation, definitions)}${answersHtml(operation, definitions)}</details>`;

/** The page for people, given where they have reached the server. */
function docsPage({ paths, components, info }: Document): (origin: string) => string {
  const byTag = new Map<string, string[]>();
  for (const [path, operations] of Object.entries(paths))
    for (const [method, operation] of Object.entries(operations)) {
      const tag = operation.tags[0] ?? 'other';
      byTag.set(tag, [...(byTag.get(tag) ?? []), operationHtml(method, path, operation, components.schemas)]);
    }
  const links = [...byTag.keys()].map((tag) => `<a href="#${tag}">${tag}</a>`).join('');
  const sections = [...byTag].map(([tag, items]) => `<h2 id="${tag}">${tag}</h2>${items.join('')}`).join('');
  return (
    origin,
  ) => `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>MediaFlow API</title><style>${STYLE}</style></head><body>
<h1>MediaFlow <small>${escapeHtml(info.version)}</small></h1>
<p>Upload a video, a song or a picture, and see what becomes of it:</p>
<pre>curl -F file=@video.mp4 ${escapeHtml(origin)}/v1/media
curl ${escapeHtml(origin)}/v1/media/{id}          # status, tags, why it was allowed
${escapeHtml(origin)}/v1/media/{id}/hls/master.m3u8   # video and sound: for VLC, hls.js or any other HLS player
${escapeHtml(origin)}/v1/media/{id}/image/640.jpg     # pictures: 320 to 2560 wide, as jpg, webp or avif</pre>
<p>Commands answer with a <code>position</code>; send it as <code>Mediaflow-After</code> to read your own writes.
Resumable uploads speak <a href="https://tus.io/protocols/resumable-upload">tus 1.0</a>.
Entries marked <span class="key">key</span> ask for <code>Authorization: Bearer …</code> once keys are configured.
What is refused is told as <code>application/problem+json</code> with a stable <code>code</code>.</p>
<p>For programs: <a href="/openapi.json">openapi.json</a>. For operators: <a href="/health/ready">health</a>, <a href="/metrics">metrics</a>.</p>
<nav>${links}</nav>
${sections}</body></html>`;
}

/** `/openapi.json` for programs and `/docs` for people, from the same endpoints that serve. */
export function docsRoutes(server: FastifyInstance, document: Document): void {
  const page = docsPage(document);
  server.get('/openapi.json', async () => document);
  server.get('/docs', async (request, reply) =>
    reply
      .headers({
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
      })
      .send(page(`${request.protocol}://${request.host}`)),
  );
  server.get('/', async (_request, reply) => reply.redirect('/docs'));
}
