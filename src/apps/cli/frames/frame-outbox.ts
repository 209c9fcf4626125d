import { setTimeout as sleep } from 'node:timers/promises';

/** A frame as the server takes it. */
export interface OutgoingFrame {
  readonly sequence: number;
  readonly occurredAt: string;
  readonly atSeconds: number | null;
  readonly opens: boolean;
  readonly jpeg: Buffer;
}

/** What became of frames so far. */
export interface FrameCounts {
  readonly sent: number;
  /** Here, since the server or the line was too slow, or away. */
  readonly dropped: number;
  /** By the server, since nobody had looked at them before newer ones came. */
  readonly pushedOut: number;
}

const MOST_WAITING = 32;
const MOST_IN_A_REQUEST = 8;
/** In Base64 they are a third larger, and a request may have a mebibyte. */
const MOST_BYTES_IN_A_REQUEST = 512 * 1024;
const TROUBLE_MILLISECONDS = 1_000;

/** Sends frames as they come; while that takes long, the newest wait and the oldest make room. */
export function createFrameOutbox(options: {
  /** Rejects when they did not arrive: they are not sent again, since newer ones are there by then. */
  readonly send: (frames: readonly OutgoingFrame[], droppedBefore: number) => Promise<{ pushedOut: number }>;
  readonly onCounts: (counts: FrameCounts) => void;
  readonly onTrouble: (error: unknown) => void;
  readonly mostWaiting?: number;
}) {
  const { send, onCounts, onTrouble, mostWaiting = MOST_WAITING } = options;
  const waiting: OutgoingFrame[] = [];
  let counts: FrameCounts = { sent: 0, dropped: 0, pushedOut: 0 };
  let untold = 0;
  let sending: Promise<void> | undefined;
  const closing = new AbortController();

  const count = (more: Partial<FrameCounts>) => {
    counts = {
      sent: counts.sent + (more.sent ?? 0),
      dropped: counts.dropped + (more.dropped ?? 0),
      pushedOut: counts.pushedOut + (more.pushedOut ?? 0),
    };
    onCounts(counts);
  };
  const drop = (frames: number) => {
    if (frames === 0) return;
    untold += frames;
    count({ dropped: frames });
  };

  function next(): OutgoingFrame[] {
    let bytes = 0;
    const fits = waiting.findIndex(({ jpeg }, index) => {
      bytes += jpeg.length;
      return index > 0 && bytes > MOST_BYTES_IN_A_REQUEST;
    });
    return waiting.splice(0, Math.min(MOST_IN_A_REQUEST, fits === -1 ? waiting.length : fits));
  }

  async function sendAll(): Promise<void> {
    while (waiting.length > 0) {
      const frames = next();
      const told = untold;
      try {
        const { pushedOut } = await send(frames, told);
        untold -= told;
        count({ sent: frames.length, pushedOut });
      } catch (error) {
        drop(frames.length);
        onTrouble(error);
        await sleep(TROUBLE_MILLISECONDS, undefined, { signal: closing.signal }).catch(() => {});
      }
    }
  }

  return {
    put(frame: OutgoingFrame): void {
      waiting.push(frame);
      const excess = waiting.length - mostWaiting;
      if (excess > 0) {
        waiting.splice(0, excess);
        drop(excess);
      }
      sending ??= sendAll().finally(() => {
        sending = undefined;
      });
    },
    /** Until nothing waits. */
    async drained(): Promise<void> {
      while (sending) await sending;
    },
    /** Lets go of all that waits. Gives how many frames were dropped that the server was not told of. */
    async close(): Promise<number> {
      drop(waiting.splice(0).length);
      closing.abort();
      await sending;
      return untold;
    },
    counts: () => counts,
  };
}
