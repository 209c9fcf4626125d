import { Command } from 'commander';
import { fullMediaId } from './full-id.js';
import { type ServerContext, serverCommand } from './server-command.js';
import type { CliIo } from './terminal/io.js';

export const retryCommand = (io: CliIo): Command =>
  serverCommand(io, {
    command: new Command('retry')
      .description('Do the failed steps of an item again')
      .argument('<id>', 'id of the item, or how it begins'),
    async run({ client, output, typed }: ServerContext, _options: object, given: string) {
      const id = await fullMediaId(client, given);
      const answer = await client.retry(id);
      await client.untilSeen(id, answer.position);
      output.json(answer);
      output.line(`The failed steps of ${id} are being done again; ${typed(`status ${id}`)} shows them.`);
    },
  });
