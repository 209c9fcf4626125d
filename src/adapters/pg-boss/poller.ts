import type { ConnectionHealth } from './connection-health.js';
import type { Consumer } from './consumer.js';
import type { JobStatements } from './job-statements.js';

export interface Poller {
  /** Does nothing when it runs already, or was stopped. */
  start(): void;
  wakeAll(): void;
  /** For good; resolves when the last tick is over. */
  stop(): Promise<void>;
}

/**
 * The truth behind the wake-up hints: one statement a tick asks for all kinds at once which of them have work, and
 * a few times a lease the jobs of lost workers are put back.
 */
export function createPoller(options: {
  readonly statements: JobStatements;
  readonly consumers: ReadonlyMap<string, Consumer>;
  readonly intervalMs: number;
  leaseSecondsOf(kind: string): number;
  readonly health: ConnectionHealth;
  onError(error: unknown): void;
}): Poller {
  const { statements, consumers, health } = options;
  let timer: NodeJS.Timeout | undefined;
  let ticking: Promise<void> | undefined;
  let stopped = false;
  let lastTakenBack = Number.NEGATIVE_INFINITY;
  let lastTickAt = 0;
  let resumedAt = Number.NEGATIVE_INFINITY;

  /** Whether this machine slept, or this process was stopped, so lately that living workers could not renew yet. */
  const hasJustResumed = (leaseMs: number) => {
    if (Date.now() - lastTickAt > options.intervalMs + leaseMs / 2) resumedAt = performance.now();
    lastTickAt = Date.now();
    return performance.now() - resumedAt < leaseMs;
  };

  const takeBackExpired = async () => {
    const kinds = [...consumers.keys()];
    const shortestLeaseMs = Math.min(...kinds.map(options.leaseSecondsOf)) * 1000;
    if (hasJustResumed(shortestLeaseMs)) return;
    if (performance.now() - lastTakenBack < shortestLeaseMs / 4) return;
    // After the database was away, living workers need a moment to renew.
    if (health.calmForMs() < shortestLeaseMs) return;
    lastTakenBack = performance.now();
    await statements.takeBackExpired(kinds);
  };

  const tick = async () => {
    try {
      await takeBackExpired();
      const withRoom = [...consumers.values()].filter((consumer) => consumer.hasRoom());
      if (withRoom.length > 0) {
        const kinds = await statements.kindsWithWork(withRoom.map(({ kind }) => kind));
        for (const kind of kinds) consumers.get(kind)?.wake();
      }
    } catch (error) {
      options.onError(error);
    }
    schedule();
  };

  const schedule = () => {
    if (stopped) return;
    timer = setTimeout(() => {
      ticking = tick();
    }, options.intervalMs);
  };

  return {
    start() {
      if (timer) return;
      lastTickAt = Date.now();
      schedule();
    },
    wakeAll() {
      for (const consumer of consumers.values()) consumer.wake();
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await ticking;
    },
  };
}
