import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import type { BlobStore, ByteRange } from '../../src/core/blob-store.js';
import { parseRange, serveBlob } from '../../src/queries/serve-blob.js';

describe('a range of bytes (RFC 9110 §14)', () => {
  test.each<[string, string | undefined, ReturnType<typeof parseRange>]>([
    ['from a first byte to a last', 'bytes=0-4', { start: 0, end: 4 }],
    ['a single byte', 'bytes=9-9', { start: 9, end: 9 }],
    ['to the end', 'bytes=4-', { start: 4, end: 9 }],
    ['a last byte behind the end means the end', 'bytes=4-99', { start: 4, end: 9 }],
    ['so many from the end', 'bytes=-3', { start: 7, end: 9 }],
    ['more from the end than there are', 'bytes=-99', { start: 0, end: 9 }],
    ['the unit in any case', 'Bytes=0-4', { start: 0, end: 4 }],
    ['space around it', ' bytes=0-4 ', { start: 0, end: 4 }],
    ['a number beyond all numbers', `bytes=0-${'9'.repeat(400)}`, { start: 0, end: 9 }],
    ['a first byte behind the end', 'bytes=10-', 'unsatisfiable'],
    ['a first byte far behind the end', `bytes=${'9'.repeat(400)}-`, 'unsatisfiable'],
    ['nothing from the end', 'bytes=-0', 'unsatisfiable'],
    ['none', undefined, undefined],
    ['an empty one', '', undefined],
    ['a last byte before the first', 'bytes=5-4', undefined],
    ['neither first nor last', 'bytes=-', undefined],
    ['several', 'bytes=0-1,4-5', undefined],
    ['another unit', 'lines=0-4', undefined],
    ['a number with a sign', 'bytes=+1-4', undefined],
    ['no number', 'bytes=a-b', undefined],
  ])('%s', (_, header, expected) => {
    expect(parseRange(header, 10)).toEqual(expected);
  });

  test.each(['bytes=0-', 'bytes=0-0', 'bytes=-1'])('%s of nothing cannot be given', (header) => {
    expect(parseRange(header, 0)).toBe('unsatisfiable');
  });
});

const text = '0123456789';
const blobs: Pick<BlobStore, 'stat' | 'read'> = {
  stat: async (key) =>
    key === 'a' ? { key, sizeBytes: 10, etag: 'v1', modifiedAt: '2026-11-21T09:30:00.000Z' } : undefined,
  read: async (_key: string, range?: ByteRange) =>
    Readable.from([Buffer.from(range ? text.slice(range.start, range.end + 1) : text)]),
};

async function get(headers: Record<string, string> = {}, options: { downloadAs?: string } = {}) {
  const answer = await serveBlob(
    blobs as BlobStore,
    'a',
    { headers, isHead: false },
    {
      contentType: 'video/mp4',
      cacheControl: 'no-cache',
      ...options,
    },
  );
  const body =
    answer.body instanceof Readable ? Buffer.concat(await answer.body.toArray()).toString() : answer.body;
  return { ...answer, body };
}

describe('serving a blob', () => {
  test('all of it, with what a cache and a browser have to know', async () => {
    expect(await get()).toEqual({
      status: 200,
      headers: {
        etag: '"v1"',
        'cache-control': 'no-cache',
        'accept-ranges': 'bytes',
        'content-type': 'video/mp4',
        'content-length': '10',
        'x-content-type-options': 'nosniff',
        'content-security-policy': "default-src 'none'; sandbox",
      },
      body: text,
    });
  });

  test('a part of it', async () => {
    const { status, headers, body } = await get({ range: 'bytes=2-4' });
    expect([status, body]).toEqual([206, '234']);
    expect(headers).toMatchObject({ 'content-range': 'bytes 2-4/10', 'content-length': '3' });
  });

  test('a part that is not there is refused, with the size there is', async () => {
    expect(await get({ range: 'bytes=10-' })).toMatchObject({
      status: 416,
      headers: { 'content-range': 'bytes */10', 'content-type': 'application/problem+json' },
      body: { code: 'range_not_satisfiable' },
    });
  });

  test('what the client has is not sent again', async () => {
    for (const known of ['"v1"', 'W/"v1"', '"v0", "v1"', '*'])
      expect(await get({ 'if-none-match': known })).toMatchObject({ status: 304, body: undefined });
    expect(await get({ 'if-none-match': '"v0"' })).toMatchObject({ status: 200, body: text });
  });

  test('not modified comes before a range', async () => {
    expect((await get({ 'if-none-match': '"v1"', range: 'bytes=2-4' })).status).toBe(304);
  });

  test('a part is given only of the version that the client has', async () => {
    expect((await get({ range: 'bytes=2-4', 'if-range': '"v1"' })).status).toBe(206);
    for (const other of ['"v0"', 'W/"v1"', 'Sat, 21 Nov 2026 09:30:00 GMT'])
      expect(await get({ range: 'bytes=2-4', 'if-range': other })).toMatchObject({ status: 200, body: text });
  });

  test('a file is saved under its name, in any alphabet, and the name cannot leave its quotes', async () => {
    const { headers } = await get({}, { downloadAs: `Grüße "'(1)*.mp4\r\nx: y` });
    expect(headers?.['content-disposition']).toBe(
      `attachment; filename="Gr__e _'(1)*.mp4__x: y"; filename*=UTF-8''Gr%C3%BC%C3%9Fe%20%22%27%281%29%2A.mp4%0D%0Ax%3A%20y`,
    );
  });

  test('who asks for the head alone has it from here, and no address that is signed for GET', async () => {
    const redirecting = {
      ...blobs,
      addressOf: async () => ({ url: 'https://bucket.example/a?signature', validSeconds: 60 }),
    };
    const ask = (isHead: boolean, headers = {}) =>
      serveBlob(
        redirecting as unknown as BlobStore,
        'a',
        { headers, isHead },
        {
          ...{ contentType: 'video/mp4', cacheControl: 'no-cache', redirect: { cacheSeconds: 0 } },
        },
      );
    expect(await ask(false)).toMatchObject({ status: 302 });
    expect(await ask(true)).toMatchObject({ status: 200, headers: { 'content-length': '10' } });
    expect(await ask(true, { range: 'bytes=2-4' })).toMatchObject({
      ...{ status: 206, headers: { 'content-length': '3' } },
    });
  });

  test('what is not there is not found', async () => {
    const missing = serveBlob(
      blobs as BlobStore,
      'b',
      { headers: {}, isHead: false },
      { contentType: 'x/y', cacheControl: 'no-cache' },
    );
    await expect(missing).rejects.toMatchObject({ kind: 'not-found', code: 'file_not_found' });
  });
});
