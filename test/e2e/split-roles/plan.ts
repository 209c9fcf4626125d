import type { Ailment } from '../../support/cutting-proxy.js';
import { pick, randomOf, shuffled } from '../support/seeded-random.js';
import { type ProcessName, ROLES, type Role } from './processes.js';
import { SERVER_NAMES, type ServerName } from './servers/server.js';

export type Subject =
  | { readonly kind: 'process'; readonly name: ProcessName }
  | { readonly kind: 'server'; readonly name: ServerName };

export type Harm =
  /** SIGKILL, and started again after so long. */
  | { readonly kind: 'kill'; readonly downMs: number }
  /** SIGSTOP, and SIGCONT after longer than every lease. */
  | { readonly kind: 'stop'; readonly forMs: number }
  /** Of a process: its ways to these servers; of a server: the ways of all processes. */
  | {
      readonly kind: 'cut';
      readonly ailment: Ailment;
      readonly forMs: number;
      readonly servers: readonly ServerName[];
    };

export interface Disturbance {
  readonly subject: Subject;
  readonly harm: Harm;
  /** After the one before has begun. */
  readonly pauseMs: number;
}

/** A job is given to another worker up to 30 s after the last heartbeat, which is the longest of the leases. */
const LONGER_THAN_EVERY_LEASE_MS = 33_000;
const LONGEST_CUT_MS = 15_000;
const LONGEST_PAUSE_MS = 5_000;

type Kind = { readonly role: Role } | { readonly server: ServerName };
const KINDS: readonly Kind[] = [
  ...ROLES.map((role) => ({ role })),
  ...SERVER_NAMES.map((server) => ({ server })),
];
const HARMS = ['kill', 'stop', 'cut'] as const;

/** Each role and each server is killed, stopped and cut off in turn, in an order and at moments of the seed. */
export function disturbancesOf(seed: number, count: number): Disturbance[] {
  const random = randomOf(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  // Who serves models goes to no server.
  const isSenseless = (harm: Harm['kind'], kind: Kind) =>
    harm === 'cut' && 'role' in kind && kind.role === 'inference';
  const all = HARMS.flatMap((harm) => KINDS.map((kind) => ({ harm, kind }))).filter(
    ({ harm, kind }) => !isSenseless(harm, kind),
  );
  let deck: typeof all = [];
  return Array.from({ length: count }, () => {
    if (deck.length === 0) deck = shuffled(all, random);
    const { harm, kind } = deck.pop() as (typeof all)[number];
    const subject: Subject =
      'role' in kind
        ? { kind: 'process', name: `${kind.role} ${pick([1, 2] as const, random)}` }
        : { kind: 'server', name: kind.server };
    return { subject, harm: harmOf(harm, kind), pauseMs: below(LONGEST_PAUSE_MS) };
  });

  function harmOf(harm: (typeof HARMS)[number], kind: Kind): Harm {
    if (harm === 'kill') return { kind: 'kill', downMs: below(4_000) };
    if (harm === 'stop') return { kind: 'stop', forMs: LONGER_THAN_EVERY_LEASE_MS + below(5_000) };
    const servers =
      'server' in kind ? [kind.server] : pick([[...SERVER_NAMES], [pick(SERVER_NAMES, random)]], random);
    return { kind: 'cut', ailment: ailment(), forMs: 3_000 + below(LONGEST_CUT_MS), servers };
  }

  function ailment(): Ailment {
    const kind = pick(['latency', 'resets', 'half-open', 'unreachable'] as const, random);
    switch (kind) {
      case 'latency':
        return { kind, milliseconds: 50 + below(1_500) };
      case 'resets':
        return { kind, afterBytes: below(30_000) };
      case 'half-open':
      case 'unreachable':
        return { kind };
    }
  }
}

export function describeDisturbance({ subject, harm }: Disturbance): string {
  switch (harm.kind) {
    case 'kill':
      return `${subject.name} killed`;
    case 'stop':
      return `${subject.name} stopped for ${seconds(harm.forMs)}`;
    case 'cut': {
      const from = subject.kind === 'process' ? ` from ${harm.servers.join(', ')}` : '';
      return `${subject.name} cut off${from}: ${words(harm.ailment)} for ${seconds(harm.forMs)}`;
    }
  }
}

const seconds = (milliseconds: number) => `${Math.round(milliseconds / 1000)} s`;

function words(ailment: Ailment): string {
  switch (ailment.kind) {
    case 'latency':
      return `latency of ${ailment.milliseconds} ms`;
    case 'resets':
      return `resets after ${ailment.afterBytes} bytes`;
    case 'half-open':
    case 'unreachable':
      return ailment.kind;
  }
}
