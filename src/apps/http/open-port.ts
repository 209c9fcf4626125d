import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import type { Server } from 'node:http';
import { createServer, type Server as SocketServer } from 'node:net';

export interface Address {
  readonly host: string;
  readonly port: number;
}

export interface OpenPort {
  /** Where it is reached from this machine. */
  readonly url: string;
  /** Takes no new connections and cuts those that are open. */
  close(): Promise<void>;
}

/** Has the server listen at the address; rejects like {@link listenError} when nobody can. */
export async function openPort(server: Server, address: Address): Promise<OpenPort> {
  await listening(server, address).catch((error: unknown) => {
    throw listenError(error, address);
  });
  const main = addressOf(server);
  const others = address.host === 'localhost' ? await listenBeside(server, main) : [];
  return {
    url: urlOf(main),
    async close() {
      const closed = [server, ...others].map(async (each) => {
        each.close();
        await once(each, 'close');
      });
      server.closeAllConnections();
      await Promise.all(closed);
    },
  };
}

/** The name has an address of each family, and clients try either; one that this machine does not have is left out. */
async function listenBeside(server: Server, main: ListeningAddress): Promise<SocketServer[]> {
  const addresses = await lookup('localhost', { all: true }).catch(() => []);
  const beside: SocketServer[] = [];
  for (const { address } of addresses) {
    if (address === main.address) continue;
    const other = createServer((socket) => server.emit('connection', socket));
    await listening(other, { host: address, port: main.port }).then(
      () => beside.push(other),
      () => undefined,
    );
  }
  return beside;
}

async function listening(server: SocketServer, address: Address): Promise<void> {
  server.listen({ ...address });
  await once(server, 'listening');
}

interface ListeningAddress {
  readonly address: string;
  readonly family: string;
  readonly port: number;
}

function addressOf(server: SocketServer): ListeningAddress {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server listens on no port');
  return address;
}

/** An address that stands for all of them is reached at this machine's own. */
function urlOf({ address, family, port }: ListeningAddress): string {
  if (address === '0.0.0.0') return `http://127.0.0.1:${port}`;
  if (family !== 'IPv6') return `http://${address}:${port}`;
  return `http://[${address === '::' ? '::1' : address}]:${port}`;
}

/** Why nobody can listen there, for the operator. */
function listenError(error: unknown, { host, port }: Address): unknown {
  const reasons: Readonly<Record<string, string>> = {
    EADDRINUSE: `Port ${port} is taken by another program; set PORT to another one.`,
    EACCES: `Port ${port} is for privileged programs; set PORT to one from 1024.`,
    ENOTFOUND: `There is no host ${host}; set HOST to an address of this machine.`,
    EADDRNOTAVAIL: `${host} is no address of this machine; set HOST to one.`,
  };
  const reason = reasons[(error as NodeJS.ErrnoException).code ?? ''];
  return reason === undefined ? error : new Error(reason, { cause: error });
}
