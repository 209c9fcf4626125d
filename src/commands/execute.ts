import type { EndpointRequest } from '../core/endpoint.js';
import { deriveId } from '../core/ids.js';
import type { MediaFlowCommand } from '../domain/index.js';
import type { CommandRequest, CommandResult } from '../runtime/handle-command.js';

/** Sends a command to its aggregate; see `handle-command`. */
export type Execute = (request: CommandRequest<MediaFlowCommand>) => Promise<CommandResult>;

/** The command of an endpoint, under the request's id; `index` tells apart several commands of one request. */
export function fromRequest(
  request: Pick<EndpointRequest, 'commandId' | 'actor' | 'traceparent'>,
  command: MediaFlowCommand,
  index = 0,
): CommandRequest<MediaFlowCommand> {
  return {
    commandId: index === 0 ? request.commandId : deriveId(request.commandId, index),
    command,
    correlationId: request.commandId,
    causationId: null,
    actor: request.actor,
    traceparent: request.traceparent,
  };
}
