import { once } from 'node:events';
import { connect } from 'node:net';

export interface HttpAnswer {
  readonly status: number;
  readonly sizeBytes: number;
  header(name: string): string | undefined;
  json<T>(): T;
}

/** One keep-alive connection, one request at a time: as little work of our own as can be beside what is measured. */
export interface HttpConnection {
  send(request: string | Buffer): Promise<HttpAnswer>;
  close(): void;
}

const HEAD_END = Buffer.from('\r\n\r\n');

/** Answers need a Content-Length; the status is the caller's to judge. */
export async function openConnection(port: number): Promise<HttpConnection> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  let waiting: PromiseWithResolvers<HttpAnswer> | undefined;
  let chunks: Buffer[] = [];
  let headText = '';
  let missingBytes: number | undefined;

  const fail = (error: Error) => {
    waiting?.reject(error);
    waiting = undefined;
  };
  socket.on('error', fail);
  socket.on('close', () => fail(new Error('The server closed the connection')));
  socket.on('data', (chunk) => {
    let body = chunk;
    if (missingBytes === undefined) {
      const head = chunks.length > 0 ? Buffer.concat([...chunks, chunk]) : chunk;
      const end = head.indexOf(HEAD_END);
      chunks = [];
      if (end < 0) {
        chunks.push(head);
        return;
      }
      headText = head.toString('latin1', 0, end);
      missingBytes = Number(headerIn(headText, 'content-length') ?? 0);
      body = head.subarray(end + HEAD_END.length);
    }
    chunks.push(body);
    missingBytes -= body.length;
    if (missingBytes > 0) return;
    const [answered, parts, head] = [waiting, chunks, headText];
    waiting = undefined;
    chunks = [];
    missingBytes = undefined;
    answered?.resolve({
      status: Number(head.slice(9, 12)),
      sizeBytes: parts.reduce((sum, part) => sum + part.length, 0),
      header: (name) => headerIn(head, name),
      json: () => JSON.parse(Buffer.concat(parts).toString('utf8')),
    });
  });

  return {
    send(request) {
      if (waiting) throw new Error('A connection carries one request at a time');
      if (socket.destroyed) throw new Error('The server closed the connection');
      waiting = Promise.withResolvers<HttpAnswer>();
      socket.write(request);
      return waiting.promise;
    },
    close: () => socket.destroy(),
  };
}

const headerIn = (head: string, name: string): string | undefined =>
  new RegExp(`\\r\\n${name}: *([^\\r]*)`, 'i').exec(head)?.[1];

export const getRequest = (path: string, headers: Readonly<Record<string, string>> = {}): string =>
  `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${headerLines(headers)}\r\n`;

export function jsonRequest(method: string, path: string, body: unknown): string {
  const text = JSON.stringify(body);
  const headers = {
    'Content-Type': 'application/json',
    'Content-Length': String(Buffer.byteLength(text)),
  };
  return `${method} ${path} HTTP/1.1\r\nHost: localhost\r\n${headerLines(headers)}\r\n${text}`;
}

export const headerLines = (headers: Readonly<Record<string, string>>): string =>
  Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('');
