import { Command } from 'commander';
import { itemLines } from './describe-item.js';
import { type ServerContext, serverCommand } from './server-command.js';
import type { CliIo } from './terminal/io.js';

export const statusCommand = (io: CliIo): Command =>
  serverCommand(io, {
    command: new Command('status')
      .description('Show an item: what it is, what is being done, why it was allowed, where to play it')
      .argument('<id>', 'id of the item'),
    async run({ client, output }: ServerContext, _options: object, id: string) {
      const item = await client.media(id);
      output.json(item);
      for (const line of itemLines(item, output.paint, client.absolute)) output.line(line);
    },
  });
