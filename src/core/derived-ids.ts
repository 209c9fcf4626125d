import { deriveId } from './ids.js';

/**
 * Every id that is derived, and from what: whoever does the same again does it under the same id, and changes nothing.
 * The recipes are kept in people's stores: a changed one makes a repeat across an upgrade something new.
 */

/** The nth event of a command. */
export const eventIdOf = (commandId: string, index: number): string => deriveId(commandId, index);

/** The command of a request that came with an `Idempotency-Key`: of one caller, for one address. */
export const requestCommandId = (
  request: { readonly actor: string; readonly method: string; readonly path: string },
  idempotencyKey: string,
): string => deriveId('http', request.actor, request.method, request.path, idempotencyKey);

/** One of several commands of a request. */
export const partialCommandId = (commandId: string, part: string | number): string =>
  deriveId(commandId, part);

/** What a client asked for, so that the same key with another wish is noticed. */
export const requestHashOf = (body: unknown): string => deriveId(JSON.stringify(body));

/** The item that a form becomes. */
export const mediaIdOf = (commandId: string): string => deriveId(commandId, 'media');

/** The item whose file is fetched from an address: the same key for a form is another item. */
export const pulledMediaIdOf = (commandId: string): string => deriveId(commandId, 'pull');

/** The command that forgets a viewer: of nothing that its request says, since the address of that names the user. */
export const forgettingIdOf = (viewerId: string): string => deriveId('forget', viewerId);

/** The list that a command asks for. */
export const recommendationIdOf = (commandId: string): string => deriveId(commandId, 'recommendation');

/** The live source that a command starts. */
export const liveSourceIdOf = (commandId: string): string => deriveId(commandId, 'live');

/** An upload that was created with an `Idempotency-Key`, of whatever kind. */
export const uploadIdOf = (actor: string, idempotencyKey: string): string =>
  deriveId('upload', actor, idempotencyKey);

/** A final upload without a key: the same parts are the same file. */
export const finalUploadIdOf = (actor: string, parts: readonly string[]): string =>
  deriveId('final', actor, ...parts);

/** What a transfer tells its item, once for each type of command. */
export const transferCommandId = (mediaId: string, commandType: string): string =>
  deriveId('upload', mediaId, commandType);

/** The nth command of a phase of an attempt. */
export const attemptCommandId = (
  job: { readonly id: string; readonly attempt: number },
  phase: string,
  index: number,
): string => deriveId(job.id, job.attempt, phase, index);

/** The nth thing that a process wants done about an input. */
export const sagaOutputId = (saga: string, inputId: string, index: number): string =>
  deriveId(saga, inputId, index);

/** The job that a dead letter becomes again, after so many replays that failed. */
export const replayIdOf = (letterId: string, failedReplays: number): string =>
  failedReplays === 0 ? deriveId('replay', letterId) : deriveId('replay', letterId, failedReplays);

/** The model that is trained by itself after another. */
export const orderedModelIdOf = (name: string, newestModelId: string): string =>
  deriveId('model', name, newestModelId);

/** The model that a command asks for. */
export const modelIdOf = (commandId: string): string => deriveId(commandId, 'model');

/** The suggestions that a command asks for. */
export const suggestionIdOf = (commandId: string): string => deriveId(commandId, 'suggestion');
