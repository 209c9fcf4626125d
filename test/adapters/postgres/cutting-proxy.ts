import { connect, createServer, type Socket } from 'node:net';

/** A way to PostgreSQL that can break at a chosen moment. */
export interface CuttingProxy {
  readonly url: string;
  /** The next statement that holds `text` reaches the server; its answer is lost and every connection breaks. */
  loseAnswerTo(text: string): void;
  /** Breaks every connection and takes no more until `restore`. */
  cut(): void;
  restore(): void;
  close(): Promise<void>;
}

export async function createCuttingProxy(serverUrl: string): Promise<CuttingProxy> {
  const target = new URL(serverUrl);
  const sockets = new Set<Socket>();
  let open = true;
  let fatalText: string | undefined;

  const breakAll = () => {
    for (const socket of sockets) socket.destroy();
  };

  const server = createServer((client) => {
    if (!open) return client.destroy();
    const upstream = connect(Number(target.port), target.hostname);
    let answerIsLost = false;
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => sockets.delete(socket));
    }
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
    client.on('data', (bytes) => {
      if (fatalText && bytes.includes(fatalText)) {
        fatalText = undefined;
        answerIsLost = true;
      }
      upstream.write(bytes);
    });
    upstream.on('data', (bytes) => {
      if (answerIsLost) breakAll();
      else client.write(bytes);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const url = new URL(serverUrl);
  url.host = `127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;

  return {
    url: url.href,
    loseAnswerTo: (text) => {
      fatalText = text;
    },
    cut() {
      open = false;
      breakAll();
    },
    restore: () => {
      open = true;
    },
    close: () =>
      new Promise((resolve) => {
        breakAll();
        server.close(() => resolve());
      }),
  };
}
