import { Command } from 'commander';
import type { DeadLetter } from '../../core/dead-letter.js';
import type { Client } from './client.js';
import { limitOption } from './counts.js';
import { EXIT } from './exit-codes.js';
import { CliFailure } from './failure.js';
import { fullDeadLetterId, isWholeId } from './full-id.js';
import { type ServerContext, serverCommand } from './server-command.js';
import { formatInstant } from './terminal/format.js';
import type { CliIo } from './terminal/io.js';
import { type Paint, printable } from './terminal/text.js';

interface ListOptions {
  readonly kind?: string;
  readonly limit: number;
}

export const deadLettersCommand = (io: CliIo): Command =>
  new Command('dead-letters')
    .description('Jobs that failed for good: look at them, run them again, put them away')
    .addCommand(listCommand(io))
    .addCommand(replayCommand(io))
    .addCommand(discardCommand(io));

const listCommand = (io: CliIo): Command =>
  serverCommand(io, {
    command: new Command('list')
      .description('List jobs that failed for good, newest first')
      .option('--kind <kind>', 'only this kind of job, such as transcode')
      .addOption(limitOption(500, 100)),
    async run({ client, output }: ServerContext, { kind, limit }: ListOptions) {
      const items = await client.deadLetters({ limit, ...(kind ? { kind } : {}) });
      output.json({ items });
      if (items.length === 0) output.note('There are no dead letters.');
      for (const letter of items) for (const line of letterLines(letter, output.paint)) output.line(line);
    },
  });

function letterLines(letter: DeadLetter, paint: Paint): string[] {
  const { id, kind, key, attempts, reason, failedAt, replayedAt, failedReplays } = letter;
  const tries = attempts === 1 ? '1 attempt' : `${attempts} attempts`;
  const again =
    failedReplays > 0 ? `, replayed in vain ${failedReplays === 1 ? 'once' : `${failedReplays} times`}` : '';
  const replayed = replayedAt ? `, replayed ${formatInstant(replayedAt)}` : '';
  return [
    `${id}  ${paint('bold', kind)}  ${paint('dim', `failed ${formatInstant(failedAt)} after ${tries}${again}${replayed}`)}`,
    `  about ${printable(key)}`,
    `  ${paint(replayedAt ? 'dim' : 'red', printable(reason.message))} ${paint('dim', `(${printable(reason.code)})`)}`,
  ];
}

/** What is no UUID is the id of nothing. */
async function knownId(client: Client, given: string): Promise<string> {
  const id = await fullDeadLetterId(client, given);
  if (isWholeId(id)) return id;
  throw new CliFailure(EXIT.notFound, 'dead_letter_not_found', `There is no dead letter ${given}.`);
}

const replayCommand = (io: CliIo): Command =>
  serverCommand(io, {
    command: new Command('replay')
      .description('Put the job of a dead letter back in its queue; once, until that has failed too')
      .argument('<id>', 'id of the dead letter, or how it begins'),
    async run({ client, output }: ServerContext, _options: object, given: string) {
      const id = await knownId(client, given);
      const { jobId } = await client.replayDeadLetter(id);
      output.json({ id, jobId });
      output.line(`Queued again as job ${jobId}.`);
    },
  });

const discardCommand = (io: CliIo): Command =>
  serverCommand(io, {
    command: new Command('discard')
      .description('Remove a dead letter that nobody is going to replay')
      .argument('<id>', 'id of the dead letter, or how it begins'),
    async run({ client, output }: ServerContext, _options: object, given: string) {
      const id = await knownId(client, given);
      output.json(await client.discardDeadLetter(id));
      output.line(`Dead letter ${id} is gone.`);
    },
  });
