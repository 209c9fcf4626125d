import type { Clock } from '../clock.js';

/** A sleep that others can cut short. */
export interface Alarm {
  /** Ends the present wait, or the next one if nobody waits now. */
  ring(): void;
  /** Resolves after so many seconds, when rung, or when the signal fires. One waiter at a time. */
  wait(seconds: number): Promise<void>;
}

export function createAlarm(clock: Clock, signal: AbortSignal): Alarm {
  let rung = false;
  let wake = () => {};
  return {
    ring() {
      rung = true;
      wake();
    },
    async wait(seconds) {
      if (!rung && !signal.aborted) {
        const waiting = new AbortController();
        wake = () => waiting.abort();
        signal.addEventListener('abort', wake, { once: true });
        await clock.sleep(seconds, waiting.signal);
        signal.removeEventListener('abort', wake);
      }
      rung = false;
    },
  };
}
