import { Command } from 'commander';
import { eventLine } from './event-line.js';
import { fullMediaId } from './full-id.js';
import { type ServerContext, serverCommand } from './server-command.js';
import type { CliIo } from './terminal/io.js';

export const historyCommand = (io: CliIo): Command =>
  serverCommand(io, {
    command: new Command('history')
      .description('Show everything that happened to an item, in order, and by whom')
      .argument('<id>', 'id of the item, or how it begins'),
    async run({ client, output }: ServerContext, _options: object, given: string) {
      const items = await client.history(await fullMediaId(client, given));
      output.json({ items });
      for (const event of items) output.line(eventLine({ ...event, about: `by ${event.actor}` }, output));
    },
  });
