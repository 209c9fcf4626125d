import { connect, createServer, type Socket } from 'node:net';

/** A way to a server that can break at a chosen moment. */
export interface CuttingProxy {
  readonly url: string;
  /** What next holds `text` reaches the server; the answer to it is lost and every connection breaks. */
  loseAnswerTo(text: string): void;
  /** Breaks every connection and takes no more until `restore`. */
  cut(): void;
  restore(): void;
  /**
   * The connections stay open and carry nothing any more, once what next holds `text` has reached the
   * server (at once, without a text); those made from then on neither, if told so. Resolves when they are silent.
   */
  fallSilent(options: { after?: string; newOnesToo: boolean }): Promise<void>;
  /** Carries again, also what was held back. */
  speakAgain(): void;
  close(): Promise<void>;
}

export async function createCuttingProxy(serverUrl: string): Promise<CuttingProxy> {
  const target = new URL(serverUrl);
  const sockets = new Set<Socket>();
  let open = true;
  let fatalText: string | undefined;
  let silencing: { after?: string; newOnesToo: boolean; done(): void } | undefined;
  let isSilent = false;

  const breakAll = () => {
    for (const socket of sockets) socket.destroy();
  };

  const silenceAll = () => {
    isSilent = true;
    silencing?.done();
    for (const socket of sockets) socket.pause();
  };

  // Small answers are not to wait for others to go along with.
  const server = createServer({ noDelay: true }, (client) => {
    if (!open) return client.destroy();
    const upstream = connect({ port: Number(target.port), host: target.hostname, noDelay: true });
    let answerIsLost = false;
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => sockets.delete(socket));
    }
    if (isSilent && silencing?.newOnesToo) for (const socket of [client, upstream]) socket.pause();
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
    client.on('data', (bytes) => {
      if (fatalText && bytes.includes(fatalText)) {
        fatalText = undefined;
        answerIsLost = true;
      }
      upstream.write(bytes);
      if (silencing?.after && bytes.includes(silencing.after) && !isSilent) silenceAll();
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
    fallSilent(options) {
      const { promise, resolve } = Promise.withResolvers<void>();
      silencing = { ...options, done: resolve };
      if (options.after === undefined) silenceAll();
      return promise;
    },
    speakAgain() {
      silencing = undefined;
      isSilent = false;
      for (const socket of sockets) socket.resume();
    },
    close: () =>
      new Promise((resolve) => {
        breakAll();
        server.close(() => resolve());
      }),
  };
}
