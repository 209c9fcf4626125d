import { setTimeout as sleep } from 'node:timers/promises';
import { backoffSeconds } from '../../../core/backoff.js';
import { MediaFlowError, unavailable } from '../../../core/errors.js';
import type { OpenedLiveSource } from '../../wire/open-live-source.js';
import type { OutgoingFrame } from './frame-outbox.js';

const BACKOFF = { backoff: { firstSeconds: 1, maximumSeconds: 60 } };

/** Ended otherwise than by a failure. */
export type EndOfSource = 'finished' | 'stopped';

/**
 * Takes frames of a source until it is over or the signal fires; what breaks off is opened again with growing pauses. Throws what
 * will not change, and with `once` whatever it breaks off with.
 */
export async function publishSource(options: {
  readonly source: OpenedLiveSource;
  readonly everySeconds: number;
  readonly once: boolean;
  readonly put: (frame: OutgoingFrame) => void;
  readonly onInterrupted: (
    why: MediaFlowError,
    retryInSeconds: number,
    nextSequence: number,
  ) => Promise<void>;
  readonly random: () => number;
  readonly signal: AbortSignal;
}): Promise<EndOfSource> {
  const { source, everySeconds, put, random, signal } = options;
  const isOver = source.hasEnd || options.once;
  let sequence = 0;
  let hasEverOpened = false;
  for (let attempt = 1; !signal.aborted; attempt++) {
    let taken = 0;
    const onJpeg = (jpeg: Buffer) => {
      sequence += 1;
      const atSeconds = source.hasEnd ? taken * everySeconds : null;
      put({ sequence, occurredAt: new Date().toISOString(), atSeconds, opens: taken === 0, jpeg });
      taken += 1;
      hasEverOpened = true;
      attempt = 1;
    };
    const why = await source.run({ everySeconds, onJpeg, signal }).then(
      () => (isOver ? undefined : unavailable('live_source_ended', 'The other side ended the stream.')),
      (error: unknown) => error,
    );
    if (signal.aborted) break;
    if (why === undefined) return 'finished';
    if (!(why instanceof MediaFlowError) || isOver || isFinal(why, hasEverOpened)) throw why;
    const seconds = backoffSeconds(BACKOFF, attempt, random);
    await options.onInterrupted(why, seconds, sequence + 1);
    await sleep(seconds * 1000, undefined, { signal }).catch(() => {});
  }
  return 'stopped';
}

/** A camera that starts anew refuses and sends halves for a while; what never worked is a wrong address. */
const isFinal = ({ kind }: MediaFlowError, hasEverOpened: boolean): boolean =>
  kind === 'invalid' || (kind === 'unsupported' && !hasEverOpened);
