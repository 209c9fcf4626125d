import { Command } from 'commander';
import { type ServerContext, serverCommand } from './server-command.js';
import type { CliIo } from './terminal/io.js';
import { printable } from './terminal/text.js';

export const forgetCommand = (io: CliIo): Command =>
  serverCommand(io, {
    command: new Command('forget')
      .description('Forget a viewer: nothing leads from what they did to them any more')
      .argument('<user>', 'id of the viewer'),
    async run({ client, output }: ServerContext, _options: object, userId: string) {
      const answer = await client.forgetViewer(userId);
      output.json(answer);
      const user = printable(userId);
      output.line(
        answer.wasKnown
          ? `${user} is forgotten.`
          : `Nothing was known of ${user}, or it is forgotten already.`,
      );
    },
  });
