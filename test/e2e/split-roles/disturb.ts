import { setTimeout as delay } from 'node:timers/promises';
import { type Disturbance, describeDisturbance } from './plan.js';
import { PROCESS_NAMES } from './processes.js';
import type { Stage } from './stage.js';

/** More at once, and nothing would happen in between. */
const MOST_AT_ONCE = 4;

type Scene = Pick<Stage, 'processes' | 'servers' | 'ways'>;

/** One after another as they are planned, each for as long as it takes; resolves when all are over and everything runs. */
export async function disturb(
  disturbances: readonly Disturbance[],
  scene: Scene,
  tell: (what: string) => void,
): Promise<void> {
  const active = new Map<Disturbance, Promise<void>>();
  for (const disturbance of disturbances) {
    await delay(disturbance.pauseMs);
    while (active.size >= MOST_AT_ONCE || [...active.keys()].some((other) => collide(disturbance, other)))
      await Promise.race(active.values());
    tell(describeDisturbance(disturbance));
    const over = carryOut(disturbance, scene).finally(() => active.delete(disturbance));
    active.set(disturbance, over);
  }
  await Promise.all(active.values());
}

/** Nothing can be killed while it is stopped, and a way has one ailment at a time. */
const collide = (one: Disturbance, other: Disturbance): boolean =>
  one.subject.name === other.subject.name || (one.harm.kind === 'cut' && other.harm.kind === 'cut');

function carryOut(disturbance: Disturbance, scene: Scene): Promise<void> {
  return disturbance.subject.kind === 'process'
    ? harmProcess(disturbance, scene)
    : harmServer(disturbance, scene);
}

async function harmProcess({ subject, harm }: Disturbance, { processes, ways }: Scene): Promise<void> {
  if (subject.kind !== 'process') return;
  const { name } = subject;
  switch (harm.kind) {
    case 'kill':
      return processes.restart(name, harm.downMs);
    case 'stop':
      await processes.ready(name);
      processes.pause(name);
      await delay(harm.forMs);
      return processes.resume(name);
    case 'cut':
      ways.ail(harm.ailment, harm.servers, [name]);
      await delay(harm.forMs);
      return ways.heal(harm.servers, [name]);
  }
}

async function harmServer({ subject, harm }: Disturbance, { servers, ways }: Scene): Promise<void> {
  if (subject.kind !== 'server') return;
  const server = servers[subject.name];
  switch (harm.kind) {
    case 'kill':
      await server.kill();
      await delay(harm.downMs);
      return server.start();
    case 'stop':
      await server.pause();
      await delay(harm.forMs);
      return server.resume();
    case 'cut':
      ways.ail(harm.ailment, harm.servers, PROCESS_NAMES);
      await delay(harm.forMs);
      return ways.heal(harm.servers, PROCESS_NAMES);
  }
}
