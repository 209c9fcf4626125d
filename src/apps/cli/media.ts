import { Command, Option } from 'commander';
import { type MediaKind, mediaKinds } from '../../core/media-kind.js';
import { splitList } from '../../core/text-list.js';
import type { MediaStatus } from './answers.js';
import type { Client } from './client.js';
import { limitOption } from './counts.js';
import { statusStyle, statusText } from './describe-item.js';
import { toEachItem } from './each-item.js';
import { wrongUsage } from './failure.js';
import { fullMediaId } from './full-id.js';
import { type ServerContext, serverCommand } from './server-command.js';
import { formatBytes, formatInstant, formatSeconds } from './terminal/format.js';
import type { CliIo } from './terminal/io.js';
import { printable } from './terminal/text.js';
import type { Details } from './upload/send-file.js';

const STATUSES: readonly MediaStatus[] = [
  'uploading',
  'processing',
  'in_review',
  'published',
  'rejected',
  'failed',
  'deleted',
];

interface ListOptions {
  readonly type?: MediaKind;
  readonly status?: MediaStatus;
  readonly q?: string;
  readonly tag?: string;
  readonly limit: number;
  readonly cursor?: string;
}

export const mediaCommand = (io: CliIo): Command =>
  new Command('media')
    .description('Search and list media, change what is said of an item, delete it')
    .addCommand(listCommand(io))
    .addCommand(editCommand(io))
    .addCommand(deleteCommand(io));

const listCommand = (io: CliIo): Command =>
  serverCommand(io, {
    command: new Command('list')
      .description('List media, newest first')
      .addOption(new Option('--status <status>', 'only this status').choices(STATUSES))
      .addOption(new Option('--type <kind>', 'only this kind of media').choices(mediaKinds))
      .option('--q <words>', 'full-text search in title, tags and description')
      .option('--tag <tag>', 'only items with this tag, given or seen')
      .addOption(limitOption(200, 50))
      .option('--cursor <cursor>', 'the next page, from `nextCursor` of the one before'),
    async run({ client, output }: ServerContext, { status, type, q, tag, limit, cursor }: ListOptions) {
      const page = await client.listMedia({
        limit,
        ...(status ? { status } : {}),
        ...(type ? { type } : {}),
        ...(q ? { q } : {}),
        ...(tag ? { tag } : {}),
        ...(cursor ? { cursor } : {}),
      });
      output.json(page);
      if (page.items.length === 0) output.note(await nothing(client));
      else
        output.table(page.items, [
          { title: 'ID', value: (item) => item.id },
          {
            title: 'STATUS',
            value: (item) => statusText(item.status),
            style: (item) => statusStyle(item.status),
          },
          { title: 'TYPE', value: (item) => item.type ?? '', style: () => 'dim', optional: true },
          {
            title: 'LENGTH',
            value: (item) => (item.durationSeconds === null ? '' : formatSeconds(item.durationSeconds)),
            align: 'right',
          },
          {
            title: 'SIZE',
            value: (item) => (item.sizeBytes === null ? '' : formatBytes(item.sizeBytes)),
            align: 'right',
          },
          {
            title: 'CREATED',
            value: (item) => formatInstant(item.createdAt),
            style: () => 'dim',
            optional: true,
          },
          { title: 'TITLE', value: (item) => printable(item.title), flexible: true },
        ]);
      if (page.nextCursor) output.note(`There is more: --cursor ${page.nextCursor}`);
    },
  });

const nothing = async (client: Client): Promise<string> =>
  (await client.isOperator())
    ? 'There is nothing.'
    : 'There is nothing. Without a key of the server (MEDIAFLOW_API_KEY) only published items are shown.';

const editCommand = (io: CliIo): Command =>
  serverCommand(io, {
    command: new Command('edit')
      .description('Change what is said of an item; what is left out stays')
      .argument('<id>', 'id of the item, or how it begins')
      .option('--title <text>', 'its title')
      .option('--description <text>', 'what it is about')
      .option('--tags <list>', 'all of its tags, separated by commas'),
    async run({ client, output }: ServerContext, { title, description, tags }: Details, given: string) {
      if (title === undefined && description === undefined && tags === undefined)
        throw wrongUsage('Name at least one of --title, --description, --tags.');
      const id = await fullMediaId(client, given);
      const answer = await client.changeDetails(id, {
        title,
        description,
        ...(tags === undefined ? {} : { tags: splitList(tags) }),
      });
      await client.untilSeen(id, answer.position);
      output.json(answer);
      output.line(`${id} is changed.`);
    },
  });

const deleteCommand = (io: CliIo): Command =>
  serverCommand(io, {
    command: new Command('delete')
      .description('Take items down for everybody at once and remove their bytes; there is no way back')
      .argument('<ids...>', 'ids of items, or how they begin'),
    run: (context: ServerContext, _options: object, given: readonly string[]) =>
      toEachItem(
        context,
        given,
        (id) => context.client.remove(id),
        (id) => `${id} is deleted.`,
      ),
  });
