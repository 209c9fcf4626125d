import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A line to a server that can be cut or held at will. */
export interface LineProxy {
  readonly url: string;
  /** Bytes that clients have sent through it. */
  sentBytes(): number;
  /** Lets this many bytes more of the clients through, then stops. Resolves when that many have passed. */
  holdAfter(bytes: number): Promise<void>;
  /** Lets everything through again. */
  release(): void;
  /** Cuts every connection; new ones work. */
  cut(): void;
  close(): Promise<void>;
}

export async function startLineProxy(targetUrl: string): Promise<LineProxy> {
  const target = new URL(targetUrl);
  const sockets = new Set<Socket>();
  let sentBytes = 0;
  let holdAt = Number.POSITIVE_INFINITY;
  let held = Promise.withResolvers<void>();
  let released = Promise.withResolvers<void>();

  const server = createServer({ allowHalfOpen: true }, (client) => {
    const upstream = connect({ host: target.hostname, port: Number(target.port) });
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
    upstream.pipe(client);
    void forward(client, upstream);
  });

  async function forward(client: Socket, upstream: Socket): Promise<void> {
    try {
      for await (const chunk of client as AsyncIterable<Buffer>) {
        sentBytes += chunk.length;
        upstream.write(chunk);
        if (sentBytes >= holdAt) {
          held.resolve();
          await released.promise;
        }
      }
      upstream.end();
    } catch {
      upstream.destroy(); // the line was cut
    }
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `http://127.0.0.1:${port}/`,
    sentBytes: () => sentBytes,
    holdAfter(bytes) {
      holdAt = sentBytes + bytes;
      held = Promise.withResolvers();
      released = Promise.withResolvers();
      return held.promise;
    },
    release() {
      holdAt = Number.POSITIVE_INFINITY;
      released.resolve();
    },
    cut,
    async close() {
      released.resolve();
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}
