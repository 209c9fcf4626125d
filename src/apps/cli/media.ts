import { Command, InvalidArgumentError, Option } from 'commander';
import type { MediaStatus } from './client.js';
import { statusStyle, statusText } from './describe-item.js';
import { type ServerContext, serverCommand } from './server-command.js';
import { formatBytes, formatInstant, formatSeconds } from './terminal/format.js';
import type { CliIo } from './terminal/io.js';
import { printable } from './terminal/text.js';

const STATUSES: readonly MediaStatus[] = [
  'uploading',
  'processing',
  'in_review',
  'published',
  'rejected',
  'failed',
  'deleted',
];

/** A whole number from 1, for options that count. */
export function parseCount(text: string): number {
  const count = Number(text);
  if (!/^\d+$/.test(text) || count < 1) throw new InvalidArgumentError('Give a whole number from 1.');
  return count;
}

interface ListOptions {
  readonly status?: MediaStatus;
  readonly q?: string;
  readonly tag?: string;
  readonly limit: number;
  readonly cursor?: string;
}

export const mediaCommand = (io: CliIo): Command =>
  new Command('media').description('Search and list media').addCommand(listCommand(io));

const listCommand = (io: CliIo): Command =>
  serverCommand(io, {
    command: new Command('list')
      .description('List media, newest first')
      .addOption(new Option('--status <status>', 'only this status').choices(STATUSES))
      .option('--q <words>', 'full-text search in title, tags and description')
      .option('--tag <tag>', 'only items with this tag, given or seen')
      .option('--limit <count>', 'how many', parseCount, 50)
      .option('--cursor <cursor>', 'the next page, from `nextCursor` of the one before'),
    async run({ client, output }: ServerContext, { status, q, tag, limit, cursor }: ListOptions) {
      const page = await client.listMedia({
        limit,
        ...(status ? { status } : {}),
        ...(q ? { q } : {}),
        ...(tag ? { tag } : {}),
        ...(cursor ? { cursor } : {}),
      });
      output.json(page);
      if (page.items.length === 0) output.note('There is nothing.');
      else
        output.table(page.items, [
          { title: 'ID', value: (item) => item.id },
          {
            title: 'STATUS',
            value: (item) => statusText(item.status),
            style: (item) => statusStyle(item.status),
          },
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
