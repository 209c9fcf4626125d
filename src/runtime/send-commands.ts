import { setTimeout as delay } from 'node:timers/promises';
import type { Command } from '../core/decider.js';
import { isRetryable } from '../core/errors.js';
import { deriveId } from '../core/ids.js';
import type { RunningJob } from '../core/job.js';

/** How a command reaches its aggregate. Executing the same `commandId` again changes nothing. */
export type ExecuteCommand = (request: {
  readonly commandId: string;
  readonly command: Command;
  readonly correlationId: string;
  readonly causationId: string | null;
  readonly actor: string;
}) => Promise<unknown>;

export type CommandPhase = 'started' | 'progress' | 'result' | 'failed';

/**
 * Sends in order, and tries again for a while where that can help: hours of work must not be lost to a hiccup.
 * `firstIndex` continues the numbering of an earlier call of the same phase.
 */
export type SendCommands = (
  phase: CommandPhase,
  commands: readonly Command[],
  firstIndex?: number,
) => Promise<void>;

/**
 * Sends the commands of one attempt under ids that derive from (job, attempt, phase, index), so that a repeat
 * changes nothing. Waiting to send again ends when the signal fires, with the signal's reason.
 */
export function createSendCommands(options: {
  readonly job: RunningJob;
  readonly execute: ExecuteCommand;
  readonly signal: AbortSignal;
  /** Pauses between the tries, in seconds. */
  readonly pausesSeconds: readonly number[];
}): SendCommands {
  const { job, execute, signal, pausesSeconds } = options;

  const send = (phase: CommandPhase, command: Command, index: number) =>
    execute({
      commandId: deriveId(job.id, job.attempt, phase, index),
      command,
      correlationId: job.correlationId,
      causationId: job.causationId,
      actor: `worker:${job.kind}`,
    });

  const pause = async (phase: CommandPhase, seconds: number) => {
    // The signal that ended the attempt must not keep its failure from being recorded, nor this the process from ending.
    if (phase === 'failed') return delay(seconds * 1000, undefined, { ref: false });
    await delay(seconds * 1000, undefined, { signal }).catch(() => {});
    signal.throwIfAborted();
  };

  const sendPatiently = async (phase: CommandPhase, command: Command, index: number) => {
    for (const pauseSeconds of pausesSeconds) {
      try {
        return await send(phase, command, index);
      } catch (error) {
        if (!isRetryable(error)) throw error;
        await pause(phase, pauseSeconds);
      }
    }
    return send(phase, command, index);
  };

  return async (phase, commands, firstIndex = 0) => {
    for (const [index, command] of commands.entries())
      await sendPatiently(phase, command, firstIndex + index);
  };
}
