import { setImmediate as immediate } from 'node:timers/promises';
import { unavailable } from '../../../core/errors.js';
import type { AppendResult, GroupCommit } from '../../../core/event-store.js';
import type { PreparedAppend } from '../../../core/prepare-append.js';
import { toStoreError } from '../connection/database-errors.js';
import type { Stretch } from './stretches.js';
import type { AppendOutcome, WrittenBatch } from './write-batch.js';

interface QueuedAppend extends PreparedAppend {
  resolve(result: AppendResult): void;
  reject(error: Error): void;
}

export interface AppendQueueOptions {
  write(batch: readonly PreparedAppend[]): Promise<WrittenBatch>;
  /** Called with what every batch wrote. */
  onWritten(stretch: Stretch): void;
  /** Called before those who wait for their appends hear of it. */
  onCommitted?: ((commit: GroupCommit) => void) | undefined;
  readonly maximumBatchEvents: number;
  readonly maximumBatchBytes: number;
  readonly maximumQueued: number;
}

export interface AppendQueue {
  add(append: PreparedAppend): Promise<AppendResult>;
  /** Takes no more, and resolves when everything queued has its outcome. */
  close(): Promise<void>;
}

/** Group commit: whatever comes in while one batch is being written makes the next one. */
export function createAppendQueue(options: AppendQueueOptions): AppendQueue {
  let queued: QueuedAppend[] = [];
  let running: Promise<void> | undefined;
  let closed = false;

  async function run(): Promise<void> {
    while (queued.length > 0) {
      // Lets everything that this turn of the event loop still brings join the batch.
      await immediate();
      await flush(takeBatch());
    }
    running = undefined;
  }

  function takeBatch(): QueuedAppend[] {
    let events = 0;
    let sizeBytes = 0;
    const end = queued.findIndex((append, index) => {
      events += append.events.length;
      sizeBytes += append.sizeBytes;
      return index > 0 && (events > options.maximumBatchEvents || sizeBytes > options.maximumBatchBytes);
    });
    const batch = end < 0 ? queued : queued.slice(0, end);
    queued = end < 0 ? [] : queued.slice(end);
    return batch;
  }

  async function flush(batch: readonly QueuedAppend[]): Promise<void> {
    const startedAt = performance.now();
    try {
      const { outcomes, stretch } = await options.write(batch);
      options.onCommitted?.({
        startedAt,
        appends: batch.map((append, index) => told(append, outcomes[index])),
      });
      for (const [index, append] of batch.entries()) {
        const outcome = outcomes[index];
        if (outcome && 'result' in outcome) append.resolve(outcome.result);
        else append.reject(outcome?.error ?? new Error('The batch has no outcome for an append'));
      }
      if (stretch) options.onWritten(stretch);
    } catch (error) {
      await fail(batch, toStoreError(error));
    }
  }

  async function fail(batch: readonly QueuedAppend[], error: Error & { kind: string }): Promise<void> {
    if (error.kind === 'internal' && batch.length > 1) {
      // One append that the database cannot take must not fail its neighbours.
      for (const append of batch) await flush([append]);
      return;
    }
    for (const append of batch) append.reject(error);
    if (error.kind !== 'unavailable') return;
    // These waited as long as the batch did, and would only wait as long again.
    for (const append of queued.splice(0)) append.reject(error);
  }

  return {
    add: (append) => {
      if (closed)
        return Promise.reject(unavailable('event_store_closed', 'The event store is shutting down'));
      if (queued.length >= options.maximumQueued) {
        return Promise.reject(unavailable('event_store_overloaded', 'Too many appends are waiting'));
      }
      return new Promise((resolve, reject) => {
        queued.push({ ...append, resolve, reject });
        running ??= run();
      });
    },
    async close() {
      closed = true;
      await running;
    },
  };
}

const told = ({ stream, traceparent, events }: PreparedAppend, outcome: AppendOutcome | undefined) => ({
  ...{ stream, traceparent, events },
  isWritten: outcome !== undefined && 'result' in outcome && !outcome.isRepeat,
});
