import { setTimeout as delay } from 'node:timers/promises';
import type { Command } from '../../core/decider.js';
import { attemptCommandId } from '../../core/derived-ids.js';
import { isPassing, isProgrammingError, isRetryable } from '../../core/errors.js';
import { originOf, type RequestOrigin } from '../../core/request-origin.js';
import type { RunningJob } from '../../core/running-job.js';

/** How a command reaches its aggregate. Executing the same `commandId` again changes nothing. */
export type ExecuteCommand = (
  request: {
    readonly commandId: string;
    readonly command: Command;
    readonly correlationId: string;
    readonly causationId: string | null;
    readonly actor: string;
  } & RequestOrigin,
) => Promise<unknown>;

export type CommandPhase = 'started' | 'progress' | 'confirm' | 'result' | 'failed' | 'lost';

/**
 * Sends in order, and tries again where that can help: hours of work must not be lost to a hiccup, nor to a database
 * that is away for an afternoon. `firstIndex` continues the numbering of an earlier call of the same phase.
 */
export type SendCommands = (
  phase: CommandPhase,
  commands: readonly Command[],
  options: {
    /** Ends the waiting to send again, with its reason. */
    readonly signal: AbortSignal;
    readonly firstIndex?: number;
  },
) => Promise<void>;

/** Whether it is worth waiting for however long: it is not the command that is at fault. Progress is of no use late. */
const isOutage = (error: unknown, phase: CommandPhase): boolean => phase !== 'progress' && isPassing(error);

/**
 * Sends the commands of one attempt under ids that derive from (job, attempt, phase, index), so that a repeat
 * changes nothing.
 */
export function createSendCommands(options: {
  readonly job: RunningJob;
  readonly execute: ExecuteCommand;
  /** Pauses between the tries, in seconds; in an outage the last one is repeated. */
  readonly pausesSeconds: readonly number[];
}): SendCommands {
  const { job, execute, pausesSeconds } = options;

  const send = (phase: CommandPhase, command: Command, index: number) =>
    execute({
      commandId: attemptCommandId(job, phase, index),
      command,
      correlationId: job.correlationId,
      causationId: job.causationId,
      actor: `worker:${job.kind}`,
      ...originOf(job),
    });

  const sendPatiently = async (
    phase: CommandPhase,
    command: Command,
    index: number,
    signal: AbortSignal,
  ): Promise<unknown> => {
    for (let failures = 0; ; failures++) {
      try {
        return await send(phase, command, index);
      } catch (error) {
        const pause = pausesSeconds[failures] ?? (isOutage(error, phase) ? pausesSeconds.at(-1) : undefined);
        if (!isRetryable(error) || isProgrammingError(error) || pause === undefined) throw error;
        await delay(pause * 1000, undefined, { signal }).catch(() => {});
        signal.throwIfAborted();
      }
    }
  };

  return async (phase, commands, { signal, firstIndex = 0 }) => {
    for (const [index, command] of commands.entries())
      await sendPatiently(phase, command, firstIndex + index, signal);
  };
}
