import { Command } from 'commander';
import { toEachItem } from './each-item.js';
import { type ServerContext, serverCommand } from './server-command.js';
import type { CliIo } from './terminal/io.js';

export const appealCommand = (io: CliIo): Command =>
  serverCommand(io, {
    command: new Command('appeal')
      .description('Object to the rejection of an item, once: another person looks at it again')
      .argument('<ids...>', 'ids of items, or how they begin')
      .requiredOption('--text <text>', 'why it should be shown'),
    run: (context: ServerContext, { text }: { readonly text: string }, given: readonly string[]) =>
      toEachItem(
        context,
        given,
        (id) => context.client.appeal(id, { text }),
        (id) => `${id} waits for another person.`,
      ),
  });
