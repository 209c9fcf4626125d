import { once } from 'node:events';
import { createServer } from 'node:net';

interface Address {
  readonly host: string;
  readonly port: number;
}

/** Rejects like {@link listenError} when nobody can listen there: better known before a database is made. */
export async function checkAddress(address: Address): Promise<void> {
  const server = createServer().listen({ ...address });
  await once(server, 'listening').catch((error: unknown) => {
    throw listenError(error, address);
  });
  server.close();
  await once(server, 'close');
}

/** Why nobody can listen there, for the operator. */
export function listenError(error: unknown, { host, port }: Address): unknown {
  const reasons: Readonly<Record<string, string>> = {
    EADDRINUSE: `Port ${port} is taken by another program; set PORT to another one.`,
    EACCES: `Port ${port} is for privileged programs; set PORT to one from 1024.`,
    ENOTFOUND: `There is no host ${host}; set HOST to an address of this machine.`,
    EADDRNOTAVAIL: `${host} is no address of this machine; set HOST to one.`,
  };
  const reason = reasons[(error as NodeJS.ErrnoException).code ?? ''];
  return reason === undefined ? error : new Error(reason, { cause: error });
}
