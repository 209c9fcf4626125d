import { join } from 'node:path';
import type { Execute } from '../../commands/execute.js';
import type { Uploads } from '../../commands/uploads/uploads.js';
import { messageOf } from '../../core/errors.js';
import type { JobQueue } from '../../core/job.js';
import type { Logger } from '../../core/logger.js';
import type { Worker } from '../../core/worker.js';
import type { MediaFlowCommand } from '../../domain/index.js';
import { projections } from '../../projections/index.js';
import { systemClock } from '../../runtime/clock.js';
import { runWorkers } from '../../runtime/job-runner.js';
import { runProjector } from '../../runtime/projector.js';
import { runSagas } from '../../runtime/saga-runner.js';
import { sagas } from '../../sagas/index.js';
import type { Config, Role } from '../config.js';
import { eventsBetween, type Storage } from './open-storage.js';
import { codec } from './write-side.js';

const UPLOAD_SWEEP_SECONDS = 60;

export interface BackgroundOptions {
  readonly config: Config;
  readonly roles: ReadonlySet<Role>;
  readonly storage: Storage;
  readonly queue: JobQueue;
  readonly execute: Execute;
  readonly uploads: Uploads;
  readonly workers: readonly Worker[];
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/** Starts the loops of this process's roles. The result resolves when the signal has ended them all. */
export async function startBackground(
  options: BackgroundOptions,
): Promise<{ readonly done: Promise<unknown> }> {
  const { config, roles, storage, queue, uploads, logger, signal } = options;
  // Sagas and workers are typed by the commands they were given; the runtime only passes them on.
  const execute = (request: { readonly command: { readonly type: string } }) =>
    options.execute(request as Parameters<Execute>[0] & { command: MediaFlowCommand });
  const shared = { store: storage.store, decode: codec.decode, clock: systemClock, logger, signal };
  const running: Promise<unknown>[] = [];

  if (roles.has('projector'))
    running.push(
      runProjector({
        ...shared,
        projections,
        projectionStore: storage.projectionStore,
        onAdvanced: storage.waiter.onAdvanced,
        eventsBetween,
      }).done,
    );
  if (roles.has('saga'))
    running.push(
      runSagas({
        ...shared,
        sagas,
        sagaStore: storage.sagaStore,
        execute,
        enqueue: (jobs) => queue.enqueue(jobs),
        random: Math.random,
      }).done,
    );
  if (roles.has('worker'))
    await runWorkers({
      queue,
      workers: options.workers,
      execute,
      workRoot: join(config.dataFolder, 'work'),
      clock: systemClock.now,
      random: Math.random,
      logger,
    });
  if (roles.has('command')) {
    await uploads.resumeInterrupted();
    running.push(sweepUploads(uploads, logger, signal));
  }
  return { done: Promise.all(running) };
}

async function sweepUploads(uploads: Uploads, logger: Logger, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await systemClock.sleep(UPLOAD_SWEEP_SECONDS, signal);
    if (signal.aborted) return;
    await uploads
      .expireUploads()
      .catch((error: unknown) =>
        logger.warn({ error: messageOf(error) }, 'expired uploads could not be swept'),
      );
  }
}
