import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Answering = (request: IncomingMessage, response: ServerResponse) => void;

export interface Asked extends Pick<IncomingMessage, 'url' | 'headers'> {
  /** At which of the server's addresses. */
  readonly address: string | undefined;
}

export interface FileServer {
  readonly port: number;
  /** Under this loopback address, 127.0.0.1 by default. */
  url(path: string, host?: string): string;
  /** How it answers from now on. */
  answer(how: Answering): void;
  /** What it was asked, in order. */
  readonly asked: readonly Asked[];
  close(): Promise<void>;
}

/** A server of files on all loopback addresses, that answers as a test wants it to. */
export async function startFileServer(): Promise<FileServer> {
  let how: Answering = (_, response) => response.writeHead(404).end();
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const { url, headers, socket } = request;
    asked.push({ url, headers, address: socket.localAddress });
    response.on('error', () => {});
    how(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    asked,
    url: (path, host = '127.0.0.1') => `http://${host}:${port}${path}`,
    answer(next) {
      how = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Long enough for whoever reads along: what has come and was not read yet is lost with its connection. */
const BEFORE_THE_CUT_MILLISECONDS = 300;

/** Sends so many of the bytes that were asked for and ends the connection. */
const cutAfter = (response: ServerResponse, bytes: Uint8Array, count: number): void =>
  void response.write(bytes.subarray(0, count), () =>
    setTimeout(() => response.destroy(), BEFORE_THE_CUT_MILLISECONDS),
  );

/** A file as most servers have it: whole, or the rest of it to who has the right tag. Each answer is cut after so many bytes. */
export const serveFile =
  (
    file: { readonly bytes: Uint8Array; readonly etag?: string; readonly headers?: Record<string, string> },
    options: { readonly cutAfterBytes?: number } = {},
  ): Answering =>
  (request, response) => {
    const { bytes, etag, headers = {} } = file;
    const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    const isRest = start > 0 && etag !== undefined && request.headers['if-range'] === etag;
    const part = isRest ? bytes.subarray(start) : bytes;
    response.writeHead(isRest ? 206 : 200, {
      ...{ 'content-length': part.length, 'content-type': 'video/mp4', ...(etag && { etag }), ...headers },
      ...(isRest && { 'content-range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` }),
    });
    const { cutAfterBytes = Infinity } = options;
    if (cutAfterBytes < part.length) cutAfter(response, part, cutAfterBytes);
    else response.end(part);
  };
