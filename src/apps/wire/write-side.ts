import { randomUUID } from 'node:crypto';
import type { Execute } from '../../commands/execute.js';
import { callerOf } from '../../commands/uploads/upload-caller.js';
import { createUploads } from '../../commands/uploads/uploads.js';
import type { BlobStore } from '../../core/blob-store.js';
import { transferCommandId } from '../../core/derived-ids.js';
import type { Locker } from '../../core/locker.js';
import type { Logger } from '../../core/logger.js';
import type { UploadCaller, UploadLedger } from '../../core/upload-ledger.js';
import {
  aggregates,
  eventDefinitions,
  type MediaFlowCommand,
  type MediaFlowEvent,
} from '../../domain/index.js';
import { systemClock } from '../../runtime/clock.js';
import { createEventCodec } from '../../runtime/command/event-codec.js';
import { type CommandRequest, createCommandHandler } from '../../runtime/command/handle-command.js';
import type { Config } from '../config.js';
import type { Storage } from './open-storage.js';

export const codec = createEventCodec<MediaFlowEvent>(eventDefinitions);

export const createExecute = (storage: Pick<Storage, 'store'>): Execute =>
  createCommandHandler<MediaFlowCommand, MediaFlowEvent>({
    store: storage.store,
    aggregates: Object.values(aggregates),
    codec,
    now: systemClock.now,
  });

/** For sagas and workers, which are typed by the commands they were given; the runtime only passes them on. */
export const executeUntyped =
  (execute: Execute) =>
  (request: CommandRequest): ReturnType<Execute> =>
    execute(request as CommandRequest<MediaFlowCommand>);

/** Uploads whose every step is a command of the media item they become. */
export function createMediaUploads(dependencies: {
  readonly config: Pick<Config, 'uploads'>;
  readonly blobs: BlobStore;
  readonly ledger: UploadLedger;
  readonly locker: Locker;
  readonly execute: Execute;
  readonly logger: Logger;
  readonly stopping: AbortSignal;
}) {
  const { config, blobs, ledger, locker, execute, logger, stopping } = dependencies;
  const send = (
    command: MediaFlowCommand & { readonly data: { readonly mediaId: string } },
    caller: UploadCaller,
    commandId = transferCommandId(command.data.mediaId, command.type),
  ) =>
    execute({
      commandId,
      command,
      correlationId: command.data.mediaId,
      causationId: null,
      ...callerOf(caller),
    });
  return createUploads({
    blobs,
    ledger,
    locker,
    hooks: {
      // Decided anew each time: a client may repeat a key long after the item of it is deleted.
      registered: (data, caller) => send({ type: 'RegisterMedia', data }, caller, randomUUID()),
      completed: (data, caller) => send({ type: 'CompleteUpload', data }, caller),
      failed: (data, caller) => send({ type: 'FailUpload', data }, caller),
      deleted: (data, caller) => send({ type: 'DeleteMedia', data }, caller, randomUUID()),
    },
    limits: config.uploads,
    logger,
    stopping,
  });
}
