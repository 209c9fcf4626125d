import { Command } from 'commander';
import { toEachItem } from './each-item.js';
import { type ServerContext, serverCommand } from './server-command.js';
import type { CliIo } from './terminal/io.js';

export const takedownCommand = (io: CliIo): Command =>
  serverCommand(io, {
    command: new Command('takedown')
      .description(
        'Reject items that are shown: gone for everybody at once, until a review approves them again',
      )
      .argument('<ids...>', 'ids of items, or how they begin')
      .requiredOption('--reason <text>', 'why; required, and kept in the history'),
    run: (context: ServerContext, { reason }: { readonly reason: string }, given: readonly string[]) =>
      toEachItem(
        context,
        given,
        (id) => context.client.takeDown(id, { reason }),
        (id, { outcome }) =>
          outcome === 'proposed'
            ? `${id} is shown until another person agrees.`
            : `${id} is ${context.output.paint('red', 'taken down')}.`,
      ),
  });
