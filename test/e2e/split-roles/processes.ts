import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../../../src/core/errors.js';
import { type Product, startProduct } from '../support/product.js';

export const ROLES = ['command', 'query', 'projector', 'saga', 'relay', 'worker', 'inference'] as const;
export type Role = (typeof ROLES)[number];
export const COPIES = [1, 2] as const;
export type ProcessName = `${Role} ${(typeof COPIES)[number]}`;
export const PROCESS_NAMES: readonly ProcessName[] = COPIES.flatMap((copy) =>
  ROLES.map((role): ProcessName => `${role} ${copy}`),
);
export const roleOf = (name: ProcessName): Role => name.split(' ')[0] as Role;
/** Where each serves models, on the host of the same number. */
export const modelsOf = (name: ProcessName): ProcessName => `inference ${name.endsWith('1') ? 1 : 2}`;

/** As systemd or Kubernetes would, before it starts again what ended. */
const RESTART_PAUSE_MS = 1_000;

/** Processes of one role each, under a supervisor that starts again whichever ends. */
export interface Processes {
  /** The address of one that has become ready and has not ended since. */
  url(name: ProcessName): string | undefined;
  /** Resolves when it runs and is ready. */
  ready(name: ProcessName): Promise<void>;
  /** kill -9, down for so long, started again; resolves when it is ready, which may wait for its engines. */
  restart(name: ProcessName, downMs: number): Promise<void>;
  pause(name: ProcessName): void;
  resume(name: ProcessName): void;
  /** What none of them should do: to end by itself once it was ready. A sentence each. */
  readonly unexpectedEnds: readonly string[];
  /** Every line that each has logged, over its lives. */
  log(name: ProcessName): readonly string[];
  /** Asks all to end; names and exit codes. */
  stopAll(): Promise<[ProcessName, number | null][]>;
  killAll(): Promise<void>;
}

interface Member {
  product: Product | undefined;
  ready: Promise<void>;
  readonly lives: Product[];
  readonly failedStarts: string[];
}

export function superviseProcesses(options: {
  readonly dataFolderOf: (name: ProcessName) => string;
  readonly environmentOf: (name: ProcessName) => Record<string, string>;
}): Processes {
  const unexpectedEnds: string[] = [];
  let isEnding = false;
  const members = new Map<ProcessName, Member>();

  const member = (name: ProcessName): Member => {
    const found = members.get(name);
    if (!found) throw new Error(`There is no process ${name}`);
    return found;
  };

  /** A process that is started while its database is away ends and says so: it is started again. */
  async function live(name: ProcessName, it: Member): Promise<void> {
    for (;;) {
      if (isEnding) throw new Error('All is to end');
      try {
        it.product = await startProduct(
          options.dataFolderOf(name),
          options.environmentOf(name),
          roleOf(name),
        );
        it.lives.push(it.product);
        watch(name, it, it.product);
        return;
      } catch (error) {
        it.failedStarts.push(...messageOf(error).split('\n'));
        await delay(RESTART_PAUSE_MS);
      }
    }
  }

  const begin = (name: ProcessName, it: Member, afterMs: number) => {
    it.ready = delay(afterMs).then(() => live(name, it));
    it.ready.catch(() => {});
  };

  function watch(name: ProcessName, it: Member, product: Product): void {
    void product.ended.then((how) => {
      if (it.product !== product || isEnding) return;
      unexpectedEnds.push(`${name} ended by itself (${how}): ${product.log.slice(-3).join(' | ')}`);
      it.product = undefined;
      begin(name, it, RESTART_PAUSE_MS);
    });
  }

  for (const name of PROCESS_NAMES) {
    const it: Member = { product: undefined, ready: Promise.resolve(), lives: [], failedStarts: [] };
    members.set(name, it);
    begin(name, it, 0);
  }

  const running = () => [...members.values()].flatMap(({ product }) => product ?? []);
  return {
    unexpectedEnds,
    url: (name) => member(name).product?.url,
    ready: (name) => member(name).ready,
    async restart(name, downMs) {
      const it = member(name);
      await it.ready;
      const { product } = it;
      it.product = undefined;
      await product?.kill();
      begin(name, it, downMs);
      await it.ready;
    },
    pause: (name) => signal(member(name).product, 'SIGSTOP'),
    resume: (name) => signal(member(name).product, 'SIGCONT'),
    log(name) {
      const { lives, failedStarts } = member(name);
      return [...failedStarts, ...lives.flatMap(({ log }) => log)];
    },
    async stopAll() {
      isEnding = true;
      const ends = PROCESS_NAMES.map(async (name): Promise<[ProcessName, number | null]> => {
        const { product } = member(name);
        return [name, product ? await product.stop() : null];
      });
      return Promise.all(ends);
    },
    async killAll() {
      isEnding = true;
      await Promise.all(running().map((product) => product.kill()));
    },
  };
}

function signal(product: Product | undefined, name: 'SIGSTOP' | 'SIGCONT'): void {
  try {
    if (product) process.kill(product.pid, name);
  } catch {
    // It has ended; who watches it says how.
  }
}
