import { partialCommandId } from '../core/derived-ids.js';
import { originOf } from '../core/request-origin.js';
import type { MediaFlowCommand } from '../domain/index.js';
import type { EndpointRequest } from '../http/endpoint.js';
import type { CommandRequest, CommandResult } from '../runtime/command/handle-command.js';

/** Sends a command to its aggregate; see `handle-command`. */
export type Execute = (request: CommandRequest<MediaFlowCommand>) => Promise<CommandResult>;

/** The command of an endpoint, under the request's id; `part` tells apart several commands of one request. */
export function fromRequest(
  request: Pick<EndpointRequest, 'commandId' | 'requestHash' | 'actor' | 'tenantId' | 'traceparent'>,
  command: MediaFlowCommand,
  part?: string | number,
): CommandRequest<MediaFlowCommand> {
  return {
    commandId: part === undefined ? request.commandId : partialCommandId(request.commandId, part),
    command,
    correlationId: request.commandId,
    causationId: null,
    actor: request.actor,
    requestHash: request.requestHash,
    ...originOf(request),
  };
}
