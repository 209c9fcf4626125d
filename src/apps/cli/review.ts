import { Command } from 'commander';
import { toEachItem } from './each-item.js';
import { wrongUsage } from './failure.js';
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
      .description(
        'Decide on items that wait for a person, or approve what the policy rejected or somebody took down',
      )
      .argument('<ids...>', 'ids of items, or how they begin')
      .option('--approve', 'they may be shown')
      .option('--reject', 'they may not')
      .requiredOption('--reason <text>', 'why; required, and kept in the history'),
    run(
      context: ServerContext,
      { approve = false, reject = false, reason }: ReviewOptions,
      given: readonly string[],
    ) {
      if (approve === reject) throw wrongUsage('Say either --approve or --reject.');
      const { client, output } = context;
      return toEachItem(
        context,
        given,
        (id) => client.review(id, { decision: approve ? 'approve' : 'reject', reason }),
        (id, { outcome }) =>
          outcome === 'proposed'
            ? `${id} waits for another person to ${approve ? 'approve' : 'reject'} it.`
            : `${id} is ${approve ? output.paint('green', 'approved') : output.paint('red', 'rejected')}.`,
      );
    },
  });
