import { setTimeout as delay } from 'node:timers/promises';
import { MediaFlowError } from '../../../core/errors.js';
import type { Lock, Locker } from '../../../core/locker.js';
import { uploadLocked } from '../upload-errors.js';

/** A request that has an upload to itself. */
export interface Transfer {
  /** Fires when another request or the idle limit ends this one, or its lock is lost. */
  readonly signal: AbortSignal;
  /** Bytes came in. */
  progressed(): void;
  /** No more bytes will come; what follows takes its time and is not to be taken for a stalled connection. */
  received(): void;
}

type Work<Result> = (transfer: Transfer) => Promise<Result>;

/** Who is writing to which upload: in this process it is known what they are at, in others only that they have its lock. */
export interface Transfers {
  isActive(id: string): boolean;
  /**
   * Runs `work` as the only writer, after one that is ending; throws `upload_locked` while another takes bytes and has not
   * stalled, or writes in another process. One that `takesNoBytes` is waited for by others from its first moment on.
   */
  exclusively<Result>(
    id: string,
    work: Work<Result>,
    options?: { readonly takesNoBytes: boolean },
  ): Promise<Result>;
  /**
   * Ends the writer if no bytes came for a while: its client has probably lost the connection and come back. Waits for
   * one that takes no more bytes, because they are all here or its connection broke: how far it came is told only then.
   */
  endStalled(id: string): Promise<void>;
  /**
   * Waits until nobody writes, so that how far the upload has come is told only when it moves no more. Ends a writer that
   * falls silent meanwhile; throws `upload_locked` when one still takes bytes after the time that silence is allowed.
   */
  settled(id: string): Promise<void>;
  /** Ends a writer that takes bytes, which is told `why`, and waits until it has ended. What takes no more of them goes on. */
  cutOff(id: string, why: MediaFlowError): Promise<void>;
  /**
   * Runs `work` while nobody writes to any of these, after those who are ending; throws `upload_locked` while somebody does. `lost`
   * fires when one of them may be written to again.
   */
  withoutWriters<Result>(
    ids: Iterable<string>,
    work: (lost: AbortSignal) => Promise<Result>,
  ): Promise<Result>;
  /** Runs `work` as the only writer in the place of whoever is writing, which is told `why`, whatever it is doing. */
  takingOver<Result>(id: string, why: MediaFlowError, work: Work<Result>): Promise<Result>;
}

interface Active {
  readonly controller: AbortController;
  readonly done: Promise<void>;
  lastBytesAt: number;
  receiving: boolean;
}

export function createTransfers(
  limits: { readonly stalledSeconds: number; readonly idleSeconds: number },
  locker: Locker,
): Transfers {
  const active = new Map<string, Active>();
  const interruption = (why: string) => new MediaFlowError('unavailable', 'upload_interrupted', why);

  async function end(id: string, why: MediaFlowError): Promise<void> {
    const current = active.get(id);
    if (!current) return;
    current.controller.abort(why);
    await current.done;
  }

  async function endStalled(id: string): Promise<void> {
    const current = active.get(id);
    if (!current) return;
    const silentSeconds = (performance.now() - current.lastBytesAt) / 1000;
    const isStalled = current.receiving && silentSeconds >= limits.stalledSeconds;
    if (isStalled || current.controller.signal.aborted) {
      await end(id, interruption('Another request took over from a silent connection'));
    } else if (!current.receiving) {
      await current.done;
    }
  }

  async function settled(id: string): Promise<void> {
    const deadline = performance.now() + limits.stalledSeconds * 1000;
    for (let current = active.get(id); current; current = active.get(id)) {
      await endStalled(id);
      if (active.get(id) !== current) continue;
      const now = performance.now();
      if (now >= deadline) throw uploadLocked(id);
      const silentAt = current.lastBytesAt + limits.stalledSeconds * 1000;
      const wait = delay(Math.min(silentAt, deadline) - now, undefined, { ref: false });
      await Promise.race([current.done, wait]);
    }
  }

  async function run<Result>(id: string, work: Work<Result>, takesNoBytes = false): Promise<Result> {
    const { promise: done, resolve } = Promise.withResolvers<void>();
    const controller = new AbortController();
    const current: Active = { controller, done, lastBytesAt: performance.now(), receiving: true };
    active.set(id, current);
    const idle = setTimeout(
      () => controller.abort(interruption('The connection was silent for too long')),
      limits.idleSeconds * 1000,
    );
    const received = () => {
      current.receiving = false;
      clearTimeout(idle);
    };
    // Before its lock is waited for: who looks meanwhile is to wait, and not to take it for a client that sends.
    if (takesNoBytes) received();
    let lock: Lock | undefined;
    try {
      lock = await locker.acquire(id);
      if (!lock) throw uploadLocked(id);
      lock.lost.addEventListener('abort', () =>
        controller.abort(interruption('Another process took over this upload')),
      );
      controller.signal.throwIfAborted();
      return await work({
        signal: controller.signal,
        progressed() {
          current.lastBytesAt = performance.now();
          idle.refresh();
        },
        received,
      });
    } finally {
      clearTimeout(idle);
      await lock?.release();
      active.delete(id);
      resolve();
    }
  }

  async function withoutWriters<Result>(
    ids: Iterable<string>,
    work: (lost: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    const locks: Lock[] = [];
    try {
      for (const id of new Set(ids)) {
        if (active.has(id)) await endStalled(id);
        const lock = await locker.acquire(id);
        if (!lock) throw uploadLocked(id);
        locks.push(lock);
      }
      return await work(AbortSignal.any(locks.map(({ lost }) => lost)));
    } finally {
      for (const lock of locks) await lock.release();
    }
  }

  return {
    isActive: (id) => active.has(id),
    endStalled,
    settled,
    withoutWriters,
    async cutOff(id, why) {
      if (active.get(id)?.receiving) await end(id, why);
    },

    async exclusively(id, work, { takesNoBytes } = { takesNoBytes: false }) {
      // Nothing is waited for where nobody writes: who has just seen that must find it so.
      if (active.has(id)) await endStalled(id);
      if (active.has(id)) throw uploadLocked(id);
      return run(id, work, takesNoBytes);
    },

    async takingOver(id, why, work) {
      while (active.has(id)) await end(id, why);
      return run(id, work);
    },
  };
}
