import { Command, Option } from 'commander';
import { type MediaKind, mediaKinds } from '../../core/media-kind.js';
import { limitOption } from './counts.js';
import { type ServerContext, serverCommand } from './server-command.js';
import { formatInstant } from './terminal/format.js';
import type { CliIo } from './terminal/io.js';
import { printable } from './terminal/text.js';

interface QueueOptions {
  readonly status: 'in_review' | 'rejected';
  readonly type?: MediaKind;
  readonly limit: number;
}

const NOTHING: Readonly<Record<QueueOptions['status'], string>> = {
  in_review: 'Nothing waits for a review.',
  rejected: 'Nothing is rejected that a person may still approve.',
};

export const queueCommand = (io: CliIo): Command =>
  serverCommand(io, {
    command: new Command('queue')
      .description('List what waits for a person to decide, oldest first, and why')
      .addOption(
        new Option(
          '--status <status>',
          'rejected: what the policy rejected or somebody took down, and a person may still approve',
        )
          .choices(Object.keys(NOTHING))
          .default('in_review'),
      )
      .addOption(new Option('--type <kind>', 'only this kind of media').choices(mediaKinds))
      .addOption(limitOption(200, 50)),
    async run({ client, output, typed }: ServerContext, { status, type, limit }: QueueOptions) {
      const items = await client.moderationQueue({ status, limit, ...(type ? { type } : {}) });
      output.json({ items });
      if (items.length === 0) {
        output.note(NOTHING[status]);
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
        { title: 'TYPE', value: ({ type }) => type ?? '', optional: true },
        { title: 'TITLE', value: ({ title }) => printable(title), style: () => 'bold', flexible: true },
        { title: 'WHY', value: ({ explanation }) => printable(explanation), flexible: true },
      ]);
      output.note(
        `Look at one: ${client.absolute('/v1/moderation/queue/ID/original')} (with the key, once keys are set).`,
      );
      output.note(
        `Decide with ${typed('review ID --approve --reason TEXT')}${status === 'in_review' ? ' or --reject' : ''}.`,
      );
      return undefined;
    },
  });
