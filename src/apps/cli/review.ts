import { Command } from 'commander';
import { wrongUsage } from './failure.js';
import { fullMediaId } from './full-id.js';
import { type ServerContext, serverCommand } from './server-command.js';
import type { CliIo } from './terminal/io.js';

interface ReviewOptions {
  readonly approve?: boolean;
  readonly reject?: boolean;
  readonly reason: string;
}

export const reviewCommand = (io: CliIo): Command =>
  serverCommand(io, {
    command: new Command('review')
      .description('Decide on an item that waits for a person, or approve one that the policy rejected')
      .argument('<id>', 'id of the item, or how it begins')
      .option('--approve', 'it may be shown')
      .option('--reject', 'it may not')
      .requiredOption('--reason <text>', 'why; required, and kept in the history'),
    async run(
      { client, output }: ServerContext,
      { approve = false, reject = false, reason }: ReviewOptions,
      given: string,
    ) {
      if (approve === reject) throw wrongUsage('Say either --approve or --reject.');
      const id = await fullMediaId(client, given);
      const answer = await client.review(id, { decision: approve ? 'approve' : 'reject', reason });
      await client.untilSeen(id, answer.position);
      output.json(answer);
      output.line(
        `${id} is ${approve ? output.paint('green', 'approved') : output.paint('red', 'rejected')}.`,
      );
    },
  });
