import type { LookupAddress } from 'node:dns';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createAddressRules } from '../../../src/adapters/http-source/address-rules.js';
import { createHttpFileSource } from '../../../src/adapters/http-source/http-file-source.js';
import type { FileSource, SourceAnswer, SourceRest } from '../../../src/core/file-source.js';
import { type FileServer, serveFile, startFileServer } from '../../support/file-server.js';

const bytes = Buffer.from('The bytes of a film, as far as anybody can tell.');
const etag = '"film-1"';
let server: FileServer;
/** What names mean, one answer after another; the last one stays. */
let meanings: Record<string, string[][]>;
let source: FileSource;

const resolve = async (host: string): Promise<LookupAddress[]> => {
  const answers = meanings[host];
  if (!answers) throw Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), { code: 'ENOTFOUND' });
  const addresses = (answers.length > 1 ? answers.shift() : answers[0]) ?? [];
  return addresses.map((address) => ({ address, family: 4 }));
};

beforeAll(async () => {
  server = await startFileServer();
});
afterAll(() => server.close());
beforeEach(() => {
  meanings = { 'files.example': [['127.0.0.1']] };
  // Of all loopback addresses, one stands for the public internet.
  const rules = createAddressRules({ allow: ['127.0.0.1'], ports: [80, 443, server.port] });
  source = createHttpFileSource({ rules, resolve, patienceSeconds: 1 });
  server.answer(serveFile({ bytes, etag }));
});

const open = (url: string, rest?: SourceRest) =>
  source.open(url, { rest, signal: AbortSignal.timeout(10_000) });
async function opened(url: string, rest?: SourceRest): Promise<SourceAnswer> {
  const answer = await open(url, rest);
  if (answer === 'whole') throw new Error('It says that there is no more');
  return answer;
}
const codeOf = (url: string, rest?: SourceRest) =>
  open(url, rest).then(
    () => 'opened',
    (error: { code?: string; details?: object; message: string }) => {
      expect(`${error.message} ${JSON.stringify(error.details)}`).not.toMatch(/example|127\.|secret/);
      return error.code;
    },
  );
const elsewhere = (location: string) =>
  server.answer((request, response) =>
    request.url === '/film'
      ? response.writeHead(302, { location }).end()
      : serveFile({ bytes, etag })(request, response),
  );

describe('a file', () => {
  test('is opened by name, as it is and with what its server says of it', async () => {
    const disposition = { 'content-disposition': 'attachment; filename="the film.mp4"' };
    server.answer(serveFile({ bytes, etag, headers: disposition }));
    const answer = await opened(server.url('/film?secret', 'files.example'));
    expect(await buffer(answer.bytes)).toEqual(bytes);
    expect(answer).toMatchObject({
      ...{
        startsAtBytes: 0,
        sizeBytes: bytes.length,
        etag,
        filename: 'the film.mp4',
        contentType: 'video/mp4',
      },
    });
    const { headers } = server.asked.at(-1) ?? {};
    expect(headers).toMatchObject({ host: `files.example:${server.port}`, 'accept-encoding': 'identity' });
  });

  test('is gone on with where it stopped, if it is the same still', async () => {
    const answer = await opened(server.url('/film'), { offsetBytes: 10, etag, lastModified: null });
    expect(answer).toMatchObject({ startsAtBytes: 10, sizeBytes: bytes.length });
    expect(await buffer(answer.bytes)).toEqual(bytes.subarray(10));
  });

  test('begins anew when it is another one by now, or nothing says that it is not', async () => {
    expect(
      await opened(server.url('/film'), { offsetBytes: 10, etag: '"film-0"', lastModified: null }),
    ).toMatchObject({
      startsAtBytes: 0,
    });
    expect(
      await opened(server.url('/film'), { offsetBytes: 10, etag: null, lastModified: null }),
    ).toMatchObject({
      startsAtBytes: 0,
    });
  });

  test('begins anew when its server knows parts and no conditions', async () => {
    server.answer((request, response) => {
      if (!request.headers.range) return serveFile({ bytes, etag: '"film-2"' })(request, response);
      const range = `bytes 10-${bytes.length - 1}/${bytes.length}`;
      return response.writeHead(206, { etag: '"film-2"', 'content-range': range }).end(bytes.subarray(10));
    });
    expect(await opened(server.url('/film'), { offsetBytes: 10, etag, lastModified: null })).toMatchObject({
      startsAtBytes: 0,
      etag: '"film-2"',
    });
  });

  test('is known to be whole when its server says that nothing is left', async () => {
    const range = { 'content-range': `bytes */${bytes.length}` };
    server.answer((_, response) => response.writeHead(416, range).end());
    const rest = { offsetBytes: bytes.length, etag, lastModified: null };
    expect(await open(server.url('/film'), rest)).toBe('whole');
    expect(await codeOf(server.url('/film'), { ...rest, offsetBytes: 3 })).toBe('source_refused');
  });

  test.each([
    [{ etag: 'W/"weak"' }, { etag: null }],
    [{ etag: '"strong"' }, { etag: '"strong"' }],
    [
      { 'last-modified': 'Mon, 30 Nov 2026 09:00:00 GMT', date: 'Mon, 30 Nov 2026 10:00:00 GMT' },
      { lastModified: 'Mon, 30 Nov 2026 09:00:00 GMT' },
    ],
    [
      { 'last-modified': 'Mon, 30 Nov 2026 09:00:00 GMT', date: 'Mon, 30 Nov 2026 09:00:00 GMT' },
      { lastModified: null },
    ],
  ])('of %j what its parts can be asked for by is %j', async (headers, expected) => {
    server.answer(serveFile({ bytes, headers }));
    expect(await opened(server.url('/film'))).toMatchObject(expected);
  });
});

describe('is not asked for', () => {
  test.each([
    ['file:///etc/passwd', 'invalid_source_url'],
    ['ftp://files.example/film', 'invalid_source_url'],
    ['gopher://files.example/film', 'invalid_source_url'],
    ['no address', 'invalid_source_url'],
    ['http://ada:secret@files.example/film', 'invalid_source_url'],
    ['http://ada@files.example/film', 'invalid_source_url'],
    ['http://files.example:22/film', 'forbidden_source'],
    ['http://127.0.0.2/film', 'forbidden_source'],
    ['http://2130706434/film', 'forbidden_source'],
    ['http://0x7f.2/film', 'forbidden_source'],
    ['http://[::1]/film', 'forbidden_source'],
    ['http://[::ffff:127.0.0.2]/film', 'forbidden_source'],
    ['http://169.254.169.254/latest/meta-data', 'forbidden_source'],
    ['http://localhost:80/film', 'forbidden_source'],
  ])('%s', async (url, code) => {
    meanings.localhost = [['127.0.0.2']];
    const before = server.asked.length;
    expect(await codeOf(url)).toBe(code);
    expect(server.asked.length).toBe(before);
  });

  test('a name that leads to a private address', async () => {
    meanings['inside.example'] = [['127.0.0.2', '10.0.0.1']];
    expect(await codeOf(server.url('/film', 'inside.example'))).toBe('forbidden_source');
  });

  test('of the addresses of a name, one that is private', async () => {
    meanings['both.example'] = [['127.0.0.2', '127.0.0.1']];
    const { bytes: stream } = await opened(server.url('/film', 'both.example'));
    await buffer(stream);
    expect(server.asked.at(-1)?.address).toBe('127.0.0.1');
  });

  test('a name that means something else a moment after it was checked', async () => {
    meanings['rebinding.example'] = [['127.0.0.1'], ['127.0.0.2']];
    // The first request goes where it was looked up; the redirect back to the same name is looked up, and checked, once more.
    elsewhere('/moved');
    const before = server.asked.length;
    expect(await codeOf(server.url('/film', 'rebinding.example'))).toBe('forbidden_source');
    const asked = server.asked.slice(before).map(({ url, address }) => [url, address]);
    expect(asked).toEqual([['/film', '127.0.0.1']]);
  });
});

describe('a connection that is over before anybody looks at it', () => {
  test('was to a server that may be asked all the same', async () => {
    const head = `HTTP/1.1 200 OK\r\nContent-Length: ${bytes.length}\r\n\r\n`;
    server.answer(({ socket }) => socket.end(`${head}${bytes} and what is no answer`));
    const { bytes: stream } = await opened(server.url('/film'));
    expect(await buffer(stream)).toEqual(bytes);
  });
});

describe('a redirect', () => {
  test('is followed, each to an address of its own', async () => {
    elsewhere('/moved');
    expect(await buffer((await opened(server.url('/film'))).bytes)).toEqual(bytes);
  });

  test.each([
    ['http://127.0.0.2/film', 'forbidden_source'],
    ['http://169.254.169.254/latest/', 'forbidden_source'],
    ['//[::1]/film', 'forbidden_source'],
    ['file:///etc/passwd', 'invalid_source_url'],
    ['http://ada:secret@files.example/film', 'invalid_source_url'],
    ['http://files.example:25/', 'forbidden_source'],
  ])('to %s is refused', async (location, code) => {
    elsewhere(location);
    expect(await codeOf(server.url('/film'))).toBe(code);
  });

  test('is followed five times and no more', async () => {
    const redirects = (most: number) =>
      server.answer((request, response) => {
        const nth = Number(request.url?.slice(1));
        if (nth < most) response.writeHead(307, { location: `/${nth + 1}` }).end();
        else serveFile({ bytes })(request, response);
      });
    redirects(5);
    expect(await codeOf(server.url('/0'))).toBe('opened');
    redirects(6);
    expect(await codeOf(server.url('/0'))).toBe('source_redirects');
  });

  test('to nowhere is refused', async () => {
    server.answer((_, response) => response.writeHead(302).end());
    expect(await codeOf(server.url('/film'))).toBe('source_redirects');
  });
});

describe('an answer that is no file', () => {
  test.each([
    [404, 'source_refused'],
    [401, 'source_refused'],
    [403, 'source_refused'],
    [204, 'source_refused'],
    [206, 'source_refused'],
    [500, 'source_unavailable'],
    [503, 'source_unavailable'],
    [429, 'source_unavailable'],
  ])('%i is told as %s', async (status, code) => {
    server.answer((_, response) => response.writeHead(status).end());
    expect(await codeOf(server.url('/film'))).toBe(code);
  });

  test.each([
    ['120', 120],
    [new Date(Date.now() + 90_000).toUTCString(), expect.closeTo(90, -1)],
    ['999999', 3600],
    ['soon', undefined],
  ])('is asked for again when its server says so: %s', async (retryAfter, seconds) => {
    server.answer((_, response) => response.writeHead(429, { 'retry-after': retryAfter }).end());
    const error = await open(server.url('/film')).catch((reason: { details: object }) => reason);
    expect((error as { details: { retryAfterSeconds?: number } }).details.retryAfterSeconds).toEqual(seconds);
  });

  test('is a page', async () => {
    server.answer((_, response) =>
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end('<p>'),
    );
    expect(await codeOf(server.url('/film'))).toBe('source_not_a_file');
  });

  test('is compressed', async () => {
    const headers = { 'content-encoding': 'gzip', 'content-type': 'video/mp4' };
    server.answer((_, response) => response.writeHead(200, headers).end(gzipSync(bytes)));
    expect(await codeOf(server.url('/film'))).toBe('source_encoded');
  });

  test('is compressed on its way', async () => {
    const headers = { 'transfer-encoding': 'gzip, chunked' };
    server.answer((_, response) => response.writeHead(200, headers).end(gzipSync(bytes)));
    expect(await codeOf(server.url('/film'))).toBe('source_encoded');
  });

  test('does not come', async () => {
    server.answer(() => {});
    expect(await codeOf(server.url('/film'))).toBe('source_unavailable');
  });

  test('is another protocol, which nobody asked for', async () => {
    const head = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';
    server.answer(({ socket }) => socket.write(head));
    expect(await codeOf(server.url('/film'))).toBe('source_unavailable');
  });

  test.each(['-5', '5, 6', 'many'])(
    'whose server says that it has %s bytes is refused at once',
    async (length) => {
      server.answer((_, response) =>
        response.socket?.end(`HTTP/1.1 200 OK\r\ncontent-length: ${length}\r\n\r\nbytes`),
      );
      expect(await codeOf(server.url('/film'))).toBe('source_refused');
    },
  );

  test('is none because nobody is there', async () => {
    meanings['gone.example'] = [];
    expect(await codeOf('http://unknown.example/')).toBe('source_unavailable');
    expect(await codeOf('http://127.0.0.1:80/')).toBe('source_unavailable');
  });
});
