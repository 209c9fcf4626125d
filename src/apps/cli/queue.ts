import { Command, Option } from 'commander';
import { type MediaKind, mediaKinds } from '../../core/media-kind.js';
import type { QueueItem } from './answers.js';
import type { Client } from './client.js';
import { limitOption } from './counts.js';
import { CliFailure } from './failure.js';
import { type ServerContext, serverCommand } from './server-command.js';
import { formatInstant } from './terminal/format.js';
import type { CliIo } from './terminal/io.js';
import { printable } from './terminal/text.js';

const SHOWN = {
  waiting: 'Nothing waits for a person.',
  in_review: 'Nothing is in doubt.',
  appeal: 'There is no appeal.',
  takedown: 'Nobody has proposed to take anything down.',
  audit: 'Nothing is to be looked at by chance.',
  rejected: 'Nothing is rejected that a person may still approve.',
} as const;

interface QueueOptions {
  readonly status: keyof typeof SHOWN;
  readonly type?: MediaKind;
  readonly free?: boolean;
  readonly claim?: boolean;
  readonly limit: number;
}

/** What of the queue nobody else has, one after another: who else asks at the same time gets others. */
async function claimed(client: Client, items: readonly QueueItem[]): Promise<QueueItem[]> {
  const mine: QueueItem[] = [];
  for (const item of items) {
    try {
      const { position } = await client.claim(item.mediaId);
      await client.untilSeen(item.mediaId, position);
      mine.push(item);
    } catch (error) {
      // Somebody was faster, or has decided.
      if (!(error instanceof CliFailure) || error.status !== 409) throw error;
    }
  }
  return mine;
}

export const queueCommand = (io: CliIo): Command =>
  serverCommand(io, {
    command: new Command('queue')
      .description('List what waits for a person to decide, oldest first, and why')
      .addOption(
        new Option(
          '--status <status>',
          'only what is in_review, appeal, takedown (proposed) or audit; or rejected: what a person may still approve',
        )
          .choices(Object.keys(SHOWN))
          .default('waiting'),
      )
      .addOption(new Option('--type <kind>', 'only this kind of media').choices(mediaKinds))
      .option('--free', 'only what you may decide on now')
      .option('--claim', 'keep these for yourself for some minutes: nobody else decides on them')
      .addOption(limitOption(200, 50)),
    async run({ client, output, typed }: ServerContext, options: QueueOptions) {
      const { status, type, limit, claim = false } = options;
      const free = claim || options.free ? { free: 'true' } : {};
      const listed = await client.moderationQueue({ status, limit, ...free, ...(type ? { type } : {}) });
      const items = claim ? await claimed(client, listed) : listed;
      output.json({ items });
      if (items.length === 0) {
        output.note(SHOWN[status]);
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
        { title: 'FOR', value: (item) => item.status.replace('_', ' ') },
        { title: 'TITLE', value: ({ title }) => printable(title), style: () => 'bold', flexible: true },
        { title: 'WHY', value: (item) => printable(whyOf(item)), flexible: true },
      ]);
      for (const hindrance of new Set(items.flatMap((item) => item.hindrance ?? []))) output.note(hindrance);
      output.note(
        `Look at one: ${client.absolute('/v1/moderation/queue/ID/original')} (with the key, once keys are set).`,
      );
      output.note(
        `Decide with ${typed('review ID --approve --reason TEXT')}${status === 'rejected' ? '' : ' or --reject'}.`,
      );
      return undefined;
    },
  });

const whyOf = ({ appeal, hindrance, opinion, explanation, claim }: QueueItem): string =>
  [
    appeal ? `Appeal: ${appeal.text}` : explanation,
    ...(hindrance ? ['(nobody may decide: see below)'] : []),
    ...(opinion ? [`${opinion.reviewer} would ${opinion.decision}: ${opinion.reason}`] : []),
    ...(claim ? [`(${claim.reviewer} looks at it until ${claim.until})`] : []),
  ].join(' ');
