import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { ISocketFactory } from 'kafkajs';

/** The connections of one kafkajs client, which it neither tells of nor cuts. */
export interface Sockets {
  readonly factory: ISocketFactory;
  /** How many there are, half-closed ones too. */
  count(): number;
  /** Cuts those to one broker (`host:port`): all that waits for an answer there fails at once. */
  cut(broker: string, reason: string): void;
  /** Cuts all, and lets none be made any more: a closed client that still retries reaches nobody. */
  close(): void;
}

const KEEP_ALIVE_MILLISECONDS = 10_000;
/** How long the other side has to answer our end of a connection. */
const LINGER_MILLISECONDS = 1_000;

export function trackSockets(): Sockets {
  const open = new Map<Socket, string>();
  let isClosed = false;

  return {
    factory({ host, port, ssl, onConnect }) {
      if (isClosed) throw new Error('the client is closed');
      const socket = ssl
        ? connectTls({ host, port, ...(isIP(host) ? {} : { servername: host }), ...ssl }, onConnect)
        : connectPlain({ host, port, noDelay: true }, onConnect);
      socket.setKeepAlive(true, KEEP_ALIVE_MILLISECONDS);
      open.set(socket, `${host}:${port}`);
      socket.once('close', () => open.delete(socket));
      // kafkajs only says that it has no more to say: to a broker that hangs, connections would pile up.
      const end = socket.end.bind(socket) as () => Socket;
      socket.end = () => {
        // Nor does anybody wait for what still comes: read into the connection that follows, it would be the wrong answer.
        socket.removeAllListeners('data').resume();
        setTimeout(() => socket.destroy(), LINGER_MILLISECONDS).unref();
        return end();
      };
      return socket;
    },
    count: () => open.size,
    cut(broker, reason) {
      for (const [socket, to] of open) if (to === broker) socket.destroy(new Error(reason));
    },
    close() {
      isClosed = true;
      for (const socket of open.keys()) socket.destroy(new Error('the client is closed'));
    },
  };
}
