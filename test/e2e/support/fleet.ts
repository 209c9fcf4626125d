import { type Product, startProduct } from './product.js';

/** Processes with different roles on one data folder. */
export interface Fleet {
  /** All roles unless told otherwise. */
  start(name: string, roles?: string): Promise<void>;
  url(name: string): string;
  log(name: string): readonly string[];
  /** kill -9. */
  kill(name: string): Promise<void>;
  /** kill -9, and a new process with the same roles. */
  restart(name: string): Promise<void>;
  /** Names of processes that have ended by themselves. */
  ended(): string[];
  /** Asks all of them to end; gives their names and exit codes. */
  stopAll(): Promise<[string, number | null][]>;
  killAll(): Promise<void>;
}

export function createFleet(dataFolder: string, environment: Record<string, string>): Fleet {
  const members = new Map<string, { readonly roles: string | undefined; readonly product: Product }>();

  function member(name: string) {
    const found = members.get(name);
    if (!found) throw new Error(`There is no process ${name}`);
    return found;
  }

  async function start(name: string, roles?: string): Promise<void> {
    members.set(name, { roles, product: await startProduct(dataFolder, environment, roles) });
  }

  return {
    start,
    url: (name) => member(name).product.url,
    log: (name) => member(name).product.log,
    kill: (name) => member(name).product.kill(),
    async restart(name) {
      const { roles, product } = member(name);
      await product.kill();
      await start(name, roles);
    },
    ended: () => [...members].filter(([, { product }]) => product.hasEnded()).map(([name]) => name),
    async stopAll() {
      const ends = [...members].map(
        async ([name, { product }]): Promise<[string, number | null]> => [name, await product.stop()],
      );
      return Promise.all(ends);
    },
    async killAll() {
      await Promise.all([...members.values()].map(({ product }) => product.kill()));
    },
  };
}
