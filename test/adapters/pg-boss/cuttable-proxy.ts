import { connect, createServer, type Socket } from 'node:net';

/** A way to a database that can be cut and mended. */
export interface CuttableProxy {
  readonly url: string;
  cut(): void;
  mend(): void;
  /** Of the first connection whose answers have these words in turn, the answer with the last of them is cut off; resolves then. */
  loseAnswer(...words: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

export async function createCuttableProxy(databaseUrl: string): Promise<CuttableProxy> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let whole = true;
  let losing: readonly string[] = [];
  let tellLost = () => {};
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
  };
  const server = createServer((client) => {
    keep(client);
    if (!whole) return client.destroy();
    const upstream = connect(Number(target.port), target.hostname);
    keep(upstream);
    client.pipe(upstream);
    let heardWords = 0;
    upstream.on('data', (answer: Buffer) => {
      while (losing[heardWords] && answer.includes(losing[heardWords] ?? '')) heardWords++;
      if (losing.length === 0 || heardWords < losing.length) return void client.write(answer);
      losing = [];
      client.destroy();
      tellLost();
    });
    upstream.on('end', () => client.end());
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const url = new URL(databaseUrl);
  url.port = String(typeof address === 'object' ? address?.port : '');
  const cut = () => {
    whole = false;
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: url.href,
    cut,
    mend() {
      whole = true;
    },
    loseAnswer(...words) {
      losing = words;
      return new Promise((resolve) => {
        tellLost = resolve;
      });
    },
    close() {
      cut();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
