import type { DeadLetter, DeadLetterReason, DeadLetters } from '../../../core/dead-letter.js';
import { replayIdOf } from '../../../core/derived-ids.js';
import { notFound } from '../../../core/errors.js';
import type { MemoryJob } from './memory-job.js';

interface Letter {
  readonly row: MemoryJob;
  readonly letter: DeadLetter;
}

export interface MemoryDeadLetters extends Omit<DeadLetters, 'replay'> {
  bury(row: MemoryJob, reason: DeadLetterReason): void;
  /** The job that failed for good, and its id as a replay; marks it as replayed. Throws `dead_letter_not_found`. */
  replay(id: string): { readonly row: MemoryJob; readonly jobId: string; readonly letter: DeadLetter };
}

/** The dead letters of all queues that are open on the same jobs. */
export function createMemoryDeadLetters(): MemoryDeadLetters {
  /** In the order in which they failed. */
  const letters = new Map<string, Letter>();

  const find = (id: string): Letter => {
    const found = letters.get(id);
    if (!found) throw notFound('dead_letter_not_found', `There is no dead letter ${id}.`, { id });
    return found;
  };

  return {
    bury(row, reason) {
      const { kind, key, payload, id: jobId } = row.job;
      const id = row.replayed?.id ?? jobId;
      const failedReplays = row.replayed ? row.replayed.failedReplays + 1 : 0;
      const failedAt = new Date().toISOString();
      letters.delete(id);
      letters.set(id, {
        row,
        letter: {
          ...{ id, kind, key, payload, reason, attempts: row.attempt },
          ...{ failedAt, replayedAt: null, failedReplays },
        },
      });
    },
    replay(id) {
      const { row, letter } = find(id);
      const replayed = { ...letter, replayedAt: letter.replayedAt ?? new Date().toISOString() };
      letters.set(id, { row, letter: replayed });
      return { row, letter: replayed, jobId: replayIdOf(id, letter.failedReplays) };
    },
    async deadLetters({ limit, kind, idPrefix = '' }) {
      return [...letters.values()]
        .map(({ letter }) => letter)
        .filter((letter) => letter.id.startsWith(idPrefix) && (kind === undefined || letter.kind === kind))
        .toReversed()
        .slice(0, limit);
    },
    deadLetter: async (id) => letters.get(id)?.letter,
    async discard(id) {
      letters.delete(find(id).letter.id);
    },
    async pruneDeadLetters({ failedBefore, replayedBefore, limit }) {
      const old = [...letters.values()].filter(({ letter: { failedAt, replayedAt } }) =>
        replayedAt === null ? failedAt < failedBefore : replayedAt < replayedBefore,
      );
      const pruned = old.slice(0, limit);
      for (const { letter } of pruned) letters.delete(letter.id);
      return pruned.length;
    },
  };
}
