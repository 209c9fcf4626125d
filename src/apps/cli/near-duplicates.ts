import { Command } from 'commander';
import { limitOption } from './counts.js';
import { fullMediaId } from './full-id.js';
import { type ServerContext, serverCommand } from './server-command.js';
import type { CliIo } from './terminal/io.js';
import { printable } from './terminal/text.js';

export const nearDuplicatesCommand = (io: CliIo): Command =>
  serverCommand(io, {
    command: new Command('near-duplicates')
      .description(
        'List what looks like an item: copies, also smaller, recompressed or slightly cropped ones',
      )
      .argument('<id>', 'id of the item, or how it begins')
      .addOption(limitOption(200, 50)),
    async run({ client, output }: ServerContext, { limit }: { readonly limit: number }, given: string) {
      const found = await client.nearDuplicates(await fullMediaId(client, given), limit);
      output.json(found);
      if (found.looks === 0) output.note('Nothing is known of what it looks like.');
      else if (found.items.length === 0) output.note('Nothing looks like it.');
      else
        output.table(found.items, [
          { title: 'ID', value: ({ id }) => id },
          { title: 'TITLE', value: ({ title }) => printable(title), style: () => 'bold', flexible: true },
          { title: 'STATUS', value: ({ status }) => status },
          { title: 'FRAMES', value: ({ frames }) => `${frames} of ${found.looks}` },
          { title: 'LIKENESS', value: ({ likeness }) => `${Math.round(likeness * 100)} %` },
        ]);
    },
  });
