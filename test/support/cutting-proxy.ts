import { connect, createServer, type Socket } from 'node:net';

/** What is wrong with a way for a while. */
export type Ailment =
  /** Everything arrives so much later, both ways. */
  | { readonly kind: 'latency'; readonly milliseconds: number }
  /** Each connection is reset, without a farewell, once it has carried so much more. */
  | { readonly kind: 'resets'; readonly afterBytes: number }
  /** Connections stay open and carry nothing, new ones too; what was held back arrives when it is over. */
  | { readonly kind: 'half-open' }
  /** Connections are reset, and new ones too. */
  | { readonly kind: 'unreachable' };

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
  /** From now on, until `heal`; one at a time. */
  ail(ailment: Ailment): void;
  heal(): void;
  close(): Promise<void>;
}

export async function createCuttingProxy(serverUrl: string): Promise<CuttingProxy> {
  const target = new URL(serverUrl);
  const sockets = new Set<Socket>();
  let open = true;
  let fatalText: string | undefined;
  let silencing: { after?: string; newOnesToo: boolean; done(): void } | undefined;
  let isSilent = false;
  let ailment: Ailment | undefined;
  const latencyMilliseconds = () => (ailment?.kind === 'latency' ? ailment.milliseconds : 0);

  const breakAll = () => {
    for (const socket of sockets) socket.destroy();
  };

  const silenceAll = () => {
    isSilent = true;
    silencing?.done();
    for (const socket of sockets) socket.pause();
  };

  function speakAgain(): void {
    silencing = undefined;
    isSilent = false;
    for (const socket of sockets) socket.resume();
  }

  // Small answers are not to wait for others to go along with.
  const server = createServer({ noDelay: true }, (client) => {
    if (!open) return client.destroy();
    if (ailment?.kind === 'unreachable') return client.resetAndDestroy();
    const upstream = connect({ port: Number(target.port), host: target.hostname, noDelay: true });
    let answerIsLost = false;
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => sockets.delete(socket));
    }
    if (isSilent && silencing?.newOnesToo) for (const socket of [client, upstream]) socket.pause();
    const allowance = createAllowance(
      () => ailment,
      () => {
        for (const socket of [client, upstream]) socket.resetAndDestroy();
      },
    );
    const [sent, answered] = [createDelayLine(latencyMilliseconds), createDelayLine(latencyMilliseconds)];
    client.on('close', () => sent(() => upstream.destroy()));
    upstream.on('close', () => answered(() => client.destroy()));
    client.on('data', (bytes) => {
      if (fatalText && bytes.includes(fatalText)) {
        fatalText = undefined;
        answerIsLost = true;
      }
      if (!allowance(bytes.length)) return;
      sent(() => upstream.write(bytes));
      if (silencing?.after && bytes.includes(silencing.after) && !isSilent) silenceAll();
    });
    upstream.on('data', (bytes) => {
      if (answerIsLost) breakAll();
      else if (allowance(bytes.length)) answered(() => client.write(bytes));
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
    speakAgain,
    ail(next) {
      ailment = next;
      if (next.kind === 'unreachable') for (const socket of sockets) socket.resetAndDestroy();
      if (next.kind !== 'half-open') return;
      silencing = { newOnesToo: true, done: () => {} };
      silenceAll();
    },
    heal() {
      if (ailment?.kind === 'half-open') speakAgain();
      ailment = undefined;
    },
    close: () =>
      new Promise((resolve) => {
        breakAll();
        server.close(() => resolve());
      }),
  };
}

/** Whether a connection may carry so many bytes more; calls `reset`, once, when it may not. */
function createAllowance(ailment: () => Ailment | undefined, reset: () => void): (bytes: number) => boolean {
  let counted: { readonly ailment: Ailment; bytes: number } | undefined;
  return (bytes) => {
    const now = ailment();
    if (now?.kind !== 'resets') return true;
    if (counted?.ailment !== now) counted = { ailment: now, bytes: 0 };
    counted.bytes += bytes;
    if (counted.bytes <= now.afterBytes) return true;
    reset();
    return false;
  };
}

/** Does what it is given in the order it was given, each as late as the way is slow at that time; at once where it is not. */
function createDelayLine(latencyMilliseconds: () => number): (work: () => void) => void {
  let waiting = 0;
  let line = Promise.resolve();
  return (work) => {
    const milliseconds = latencyMilliseconds();
    if (milliseconds === 0 && waiting === 0) return work();
    waiting++;
    const due = performance.now() + milliseconds;
    line = line.then(async () => {
      const left = due - performance.now();
      if (left > 0) await new Promise((resolve) => setTimeout(resolve, left));
      waiting--;
      work();
    });
  };
}
