import { Command, Option } from 'commander';
import { toEachItem } from './each-item.js';
import { wrongUsage } from './failure.js';
import { type ServerContext, serverCommand } from './server-command.js';
import type { CliIo } from './terminal/io.js';

interface AppealOptions {
  readonly reason?: string;
  readonly text?: string;
}

export const appealCommand = (io: CliIo): Command =>
  serverCommand(io, {
    command: new Command('appeal')
      .description('Object to the rejection of an item, once: another person looks at it again')
      .argument('<ids...>', 'ids of items, or how they begin')
      .option('--reason <text>', 'why it should be shown; required, and kept in the history')
      // As it was called before.
      .addOption(new Option('--text <text>').hideHelp().conflicts('reason')),
    run(context: ServerContext, { reason, text = reason }: AppealOptions, given: readonly string[]) {
      if (text === undefined) throw wrongUsage('Say why it should be shown, with --reason.');
      const { client, output } = context;
      return toEachItem(
        context,
        given,
        async (id) => {
          const answer = await client.appeal(id, { text });
          if (answer.hindrance) output.note(answer.hindrance);
          return answer;
        },
        (id, { hindrance }) =>
          hindrance
            ? `${id} is in the queue, and nobody may decide on it yet.`
            : `${id} waits for another person.`,
      );
    },
  });
