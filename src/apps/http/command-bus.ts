import { Module, type Type } from '@nestjs/common';
import { type CommandBus, CommandHandler, CqrsModule, type ICommandHandler } from '@nestjs/cqrs';
import type { Execute } from '../../commands/execute.js';
import type { MediaFlowCommand } from '../../domain/index.js';
import type { CommandRequest, CommandResult } from '../../runtime/command/handle-command.js';

/** A command on Nest's bus. One class and one handler carry every command: what differs is data. */
export class ExecuteCommand {
  constructor(readonly request: CommandRequest<MediaFlowCommand>) {}
}

export function commandBusModule(handle: Execute): Type {
  @CommandHandler(ExecuteCommand)
  class ExecuteCommandHandler implements ICommandHandler<ExecuteCommand, CommandResult> {
    execute({ request }: ExecuteCommand): Promise<CommandResult> {
      return handle(request);
    }
  }

  @Module({ imports: [CqrsModule.forRoot()], providers: [ExecuteCommandHandler], exports: [CqrsModule] })
  class CommandBusModule {}
  return CommandBusModule;
}

export const executeOn =
  (bus: () => CommandBus): Execute =>
  (request) =>
    bus().execute<ExecuteCommand, CommandResult>(new ExecuteCommand(request));
