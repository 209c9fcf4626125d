import type { Consumer } from '../../consuming/consumer.js';
import type { ConnectionHealth } from './connection-health.js';
import type { JobStatements } from './job-statements.js';
import { createSilenceWatch } from './silence.js';

/** No job is told to wait for longer; who does all the same was told by a clock that has been set back since. */
const LONGEST_WAIT_SECONDS = 3600;

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
  let lastLookAt = Number.NEGATIVE_INFINITY;
  let lastTickAt = { wall: 0, steady: 0 };
  const watch = createSilenceWatch(() => performance.now());

  /** Whether this machine slept, or this process was stopped, since the last time: nobody was listened to then. */
  const hasPaused = (leaseMs: number) => {
    const now = { wall: Date.now(), steady: performance.now() };
    const passedMs = Math.max(now.wall - lastTickAt.wall, now.steady - lastTickAt.steady);
    lastTickAt = now;
    return passedMs > options.intervalMs + leaseMs / 2;
  };

  const takeBackSilent = async () => {
    const kinds = [...consumers.keys()];
    const shortestLeaseMs = Math.min(...kinds.map(options.leaseSecondsOf)) * 1000;
    // While the database was away, living workers could not renew.
    if (hasPaused(shortestLeaseMs) || health.calmForMs() < shortestLeaseMs) watch.forget();
    if (performance.now() - lastLookAt < shortestLeaseMs / 4) return;
    lastLookAt = performance.now();
    const silent = watch.observe(await statements.active(kinds));
    if (silent.length > 0) await statements.takeBack(kinds, silent);
    await statements.recall(kinds, LONGEST_WAIT_SECONDS);
  };

  const tick = async () => {
    try {
      await takeBackSilent();
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
      lastTickAt = { wall: Date.now(), steady: performance.now() };
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
