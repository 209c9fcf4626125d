import { type Ailment, type CuttingProxy, createCuttingProxy } from '../../support/cutting-proxy.js';
import { PROCESS_NAMES, type ProcessName } from './processes.js';
import { SERVER_NAMES, type ServerName } from './servers/server.js';

/** From each process to each server a way of its own, which can be ill alone. */
export interface Ways {
  to(server: ServerName, from: ProcessName): CuttingProxy;
  ail(ailment: Ailment, servers: readonly ServerName[], processes: readonly ProcessName[]): void;
  heal(servers: readonly ServerName[], processes: readonly ProcessName[]): void;
  close(): Promise<void>;
}

/** `addressOf` says where a server will be; it need not be there yet. */
export async function openWays(addressOf: (server: ServerName, from: ProcessName) => string): Promise<Ways> {
  const proxies = new Map<string, CuttingProxy>();
  const key = (server: ServerName, from: ProcessName) => `${server} from ${from}`;
  for (const server of SERVER_NAMES)
    for (const name of PROCESS_NAMES)
      proxies.set(key(server, name), await createCuttingProxy(addressOf(server, name)));

  function to(server: ServerName, from: ProcessName): CuttingProxy {
    const found = proxies.get(key(server, from));
    if (!found) throw new Error(`There is no way to ${key(server, from)}`);
    return found;
  }

  const each = (
    servers: readonly ServerName[],
    processes: readonly ProcessName[],
    act: (proxy: CuttingProxy) => void,
  ) => {
    for (const server of servers) for (const name of processes) act(to(server, name));
  };

  return {
    to,
    ail: (ailment, servers, processes) => each(servers, processes, (proxy) => proxy.ail(ailment)),
    heal: (servers, processes) => each(servers, processes, (proxy) => proxy.heal()),
    async close() {
      await Promise.all([...proxies.values()].map((proxy) => proxy.close()));
    },
  };
}
