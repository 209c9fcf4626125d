import { Command } from 'commander';
import { eventLine } from './event-line.js';
import { type ServerContext, serverCommand } from './server-command.js';
import type { CliIo } from './terminal/io.js';

export const historyCommand = (io: CliIo): Command =>
  serverCommand(io, {
    command: new Command('history')
      .description('Show everything that happened to an item, in order, and by whom')
      .argument('<id>', 'id of the item'),
    async run({ client, output }: ServerContext, _options: object, id: string) {
      const items = await client.history(id);
      output.json({ items });
      for (const event of items) output.line(eventLine({ ...event, about: `by ${event.actor}` }, output));
    },
  });
