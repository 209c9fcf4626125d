import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exampleOf, typeText } from '../../../src/apps/http/json-schema-text.js';
import type { Paths } from '../../../src/apps/http/openapi.js';
import { startServer, type TemporaryFolder, type TestServer, temporaryFolder } from './support/server.js';

let folder: TemporaryFolder;
let server: TestServer;

beforeAll(async () => {
  folder = temporaryFolder();
  server = await startServer(join(folder.path, 'data'));
}, 60_000);

afterAll(async () => {
  await server?.stop();
  folder?.remove();
});

const documented = async (): Promise<Paths> =>
  ((await (await fetch(`${server.url}/openapi.json`)).json()) as { paths: Paths }).paths;

test('the description of the API names the tus endpoints with the headers they speak in', async () => {
  const paths = await documented();
  expect(Object.keys(paths['/v1/uploads'] ?? {})).toEqual(['options', 'post']);
  expect(Object.keys(paths['/v1/uploads/{id}'] ?? {})).toEqual(['head', 'patch', 'delete']);
  const patch = paths['/v1/uploads/{id}']?.patch;
  const required = patch?.parameters.filter((parameter) => parameter.required).map(({ name }) => name);
  expect(required).toEqual(['id', 'Tus-Resumable', 'Upload-Offset']);
});

test('tus answers with the headers that are described', async () => {
  const paths = await documented();
  const headersOf = (response: Response) => [...response.headers.keys()];
  const describedOf = (path: string, method: string, status: number) =>
    Object.keys(paths[path]?.[method]?.responses[status]?.headers ?? {}).map((name) => name.toLowerCase());
  const address = `${server.url}/v1/uploads`;
  const tus = { 'tus-resumable': '1.0.0' };

  const options = await fetch(address, { method: 'OPTIONS' });
  expect(headersOf(options)).toEqual(expect.arrayContaining(describedOf('/v1/uploads', 'options', 204)));
  const post = await fetch(address, { method: 'POST', headers: { ...tus, 'upload-length': '5' } });
  expect(headersOf(post)).toEqual(expect.arrayContaining(describedOf('/v1/uploads', 'post', 201)));
  const upload = `${server.url}${post.headers.get('location')}`;
  const head = await fetch(upload, { method: 'HEAD', headers: tus });
  const told = headersOf(head).filter((name) => name.startsWith('upload-'));
  expect(describedOf('/v1/uploads/{id}', 'head', 200)).toEqual(expect.arrayContaining(told));
});

test('every reference in it leads to something', async () => {
  const text = await (await fetch(`${server.url}/openapi.json`)).text();
  const { components } = JSON.parse(text) as { components: { schemas: object } };
  const references = [...text.matchAll(/"\$ref":"([^"]+)"/g)].map((match) => match[1]);
  expect(references).toContain('#/components/schemas/MediaItem');
  for (const reference of new Set(references))
    expect(Object.keys(components.schemas)).toContain(reference?.replace('#/components/schemas/', ''));
});

test('the page for people shows every address, the one it was reached by, and links to its parts', async () => {
  const page = await (await fetch(`${server.url}/docs`)).text();
  expect(page).toContain(`curl -F file=@video.mp4 ${server.url}/v1/media`);
  for (const path of Object.keys(await documented())) expect(page).toContain(`<code>${path}</code>`);
  const links = [...page.matchAll(/href="#(\w+)"/g)].map((match) => match[1]);
  expect(links).toContain('uploads');
  for (const link of links) expect(page).toContain(`id="${link}"`);
});

describe('a schema', () => {
  test('has an example of its shape', () => {
    expect(
      exampleOf(
        {
          type: 'object',
          properties: {
            id: { type: 'string' },
            kind: { enum: ['like', 'view'] },
            at: { anyOf: [{ type: 'null' }, { type: 'integer', minimum: 3 }] },
            tags: { type: 'array', items: { type: 'string' } },
            item: { $ref: '#/components/schemas/Item' },
            limit: { type: ['integer', 'null'], default: 50 },
            scores: { type: 'object', additionalProperties: { type: 'number' } },
          },
        },
        { Item: { type: ['string', 'null'] } },
      ),
    ).toEqual({ id: '…', kind: 'like', at: 3, tags: ['…'], item: '…', limit: 50, scores: { '…': 0 } });
  });

  test('is told in a few words', () => {
    expect(typeText({ type: 'integer', minimum: 1, maximum: 200, default: 50 })).toBe(
      'integer 1–200, default 50',
    );
    expect(typeText({ anyOf: [{ type: 'string' }, { type: 'null' }] })).toBe('string | null');
    expect(typeText({ type: 'array', items: { type: 'string', maxLength: 9 } })).toBe(
      'list of string, at most 9 characters',
    );
  });
});
