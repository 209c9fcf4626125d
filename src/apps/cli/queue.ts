import { Command } from 'commander';
import { limitOption } from './counts.js';
import { type ServerContext, serverCommand } from './server-command.js';
import { formatInstant } from './terminal/format.js';
import type { CliIo } from './terminal/io.js';
import { printable } from './terminal/text.js';

export const queueCommand = (io: CliIo): Command =>
  serverCommand(io, {
    command: new Command('queue')
      .description('List what waits for a person to decide, oldest first, and why')
      .addOption(limitOption(200, 50)),
    async run({ client, output, typed }: ServerContext, { limit }: { readonly limit: number }) {
      const items = await client.moderationQueue({ limit });
      output.json({ items });
      if (items.length === 0) {
        output.note('Nothing waits for a review.');
        return undefined;
      }
      output.table(items, [
        { title: 'ID', value: ({ mediaId }) => mediaId },
        {
          title: 'SINCE',
          value: ({ since }) => formatInstant(since),
          style: () => 'dim',
          optional: true,
        },
        { title: 'TITLE', value: ({ title }) => printable(title), style: () => 'bold', flexible: true },
        { title: 'WHY', value: ({ explanation }) => printable(explanation), flexible: true },
      ]);
      output.note(`Decide with ${typed('review ID --approve --reason TEXT')} or --reject.`);
      return undefined;
    },
  });
