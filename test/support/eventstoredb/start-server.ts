import { type NodeOptions, type NodeRole, type RunningNode, startNode } from './start-node.js';
import { createTransactionLog, type TransactionLog } from './transaction-log.js';

export interface EventStoreDbServer {
  /** For the client: one node by its address, several to be found by gossip. */
  readonly url: string;
  readonly log: TransactionLog;
  readonly nodes: readonly RunningNode[];
  /** The node that leads from now on; none does after `undefined`. */
  elect(index: number | undefined): void;
  /** A node's process ends; what it forgets stays forgotten. */
  stopNode(index: number): Promise<void>;
  /** It is there again, on its port, as a follower unless it leads. */
  startNode(index: number): Promise<void>;
  stop(): Promise<void>;
}

export interface ServerOptions
  extends Pick<NodeOptions, 'remembersEvents' | 'maximumAppendBytes' | 'users' | 'tls' | 'knowsBatchAppend'> {
  /** Nodes that share the log (default 1); the first one leads. */
  readonly nodes?: number;
  readonly systemEventEvery?: number;
}

/**
 * EventStoreDB as its clients meet it, without the engine: the protocol from the definitions that the client ships, on real
 * sockets. What it answers follows the published sources of the server; its log is in memory, and shared at once by all nodes.
 */
export async function startEventStoreDb(options: ServerOptions = {}): Promise<EventStoreDbServer> {
  const { nodes: count = 1, systemEventEvery, ...nodeOptions } = options;
  const log = createTransactionLog(systemEventEvery === undefined ? {} : { systemEventEvery });
  const nodes: RunningNode[] = [];
  const alive: boolean[] = [];
  let leader: number | undefined = 0;
  const roleOf = (index: number): NodeRole => {
    if (leader === undefined) return 'unknown';
    return index === leader ? 'leader' : 'follower';
  };
  const cluster = {
    members: () =>
      nodes.map(({ port }, index) => ({ port, role: roleOf(index), isAlive: alive[index] ?? false })),
  };

  async function start(index: number): Promise<void> {
    const port = nodes[index]?.port;
    nodes[index] = await startNode({
      ...nodeOptions,
      ...{ log, cluster, role: () => roleOf(index) },
      ...(port === undefined ? {} : { port }),
    });
    alive[index] = true;
  }

  async function stopNode(index: number): Promise<void> {
    alive[index] = false;
    await nodes[index]?.stop();
  }

  for (let index = 0; index < count; index++) await start(index);
  const hosts = nodes.map(({ port }) => `127.0.0.1:${port}`).join(',');
  const [user] = Object.entries(options.users ?? {});
  return {
    url: `esdb://${user ? `${user.join(':')}@` : ''}${hosts}?tls=${options.tls !== undefined}`,
    log,
    nodes,
    elect: (index) => {
      leader = index;
    },
    stopNode,
    startNode: start,
    async stop() {
      await Promise.all(nodes.map((_, index) => stopNode(index)));
    },
  };
}
