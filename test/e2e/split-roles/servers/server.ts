import { descendantsOf } from '../../../support/child-processes.js';

/** An engine of the test's own, to be killed, stopped and started again on its port and its data. */
export interface Server {
  /** kill -9; resolves when it is gone. */
  kill(): Promise<void>;
  /** Resolves when it answers again. */
  start(): Promise<void>;
  /** SIGSTOP of all its processes. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** The end of it, and of its data. */
  end(): Promise<void>;
}

export const SERVER_NAMES = ['postgres', 'eventstoredb', 'kafka', 'redis', 's3'] as const;
export type ServerName = (typeof SERVER_NAMES)[number];

/** A signal to a process and all that it has started; who has ended meanwhile needs none. */
export async function signalFamily(pid: number, signal: 'SIGSTOP' | 'SIGCONT'): Promise<void> {
  for (const each of [pid, ...(await descendantsOf(pid)).map((child) => child.pid)])
    try {
      process.kill(each, signal);
    } catch {}
}
