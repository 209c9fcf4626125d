import { Command, InvalidArgumentError, Option } from 'commander';
import type { LiveSource } from './answers.js';
import { limitOption } from './counts.js';
import { publish } from './frames/publish.js';
import { type ServerContext, serverCommand } from './server-command.js';
import { formatInstant } from './terminal/format.js';
import type { CliIo } from './terminal/io.js';
import { printable } from './terminal/text.js';

export const framesCommand = (io: CliIo): Command =>
  new Command('frames')
    .description('Frames of files, cameras and streams that are looked at as they come')
    .addCommand(publishCommand(io))
    .addCommand(listCommand(io))
    .addCommand(endCommand(io))
    .addCommand(removeCommand(io));

const seconds = (text: string): number => {
  const value = Number(text);
  if (value >= 0.1 && value <= 3600) return value;
  throw new InvalidArgumentError('Give seconds from 0.1 to 3600.');
};

const publishCommand = (io: CliIo): Command =>
  serverCommand(io, {
    command: new Command('publish')
      .description(
        'Publish frames until the source ends or Ctrl-C; a stream that breaks off is tried again. A file is played as a camera would be',
      )
      .argument('<source>', 'a file, or an address (http://…, https://…, rtsp://…)')
      .option('--name <text>', 'what people call it (default: the name of the file or host)')
      .addOption(
        new Option('--every <seconds>', 'time from one frame to the next').argParser(seconds).default(1),
      )
      .option('--once', 'end with the source, and do not try it again'),
    run: publish,
  });

const STATUS_STYLE = { watching: 'green', interrupted: 'yellow', ended: 'dim' } as const;

const listCommand = (io: CliIo): Command =>
  serverCommand(io, {
    command: new Command('list')
      .description('List live sources: what is to be seen, what was dropped, why none come')
      .addOption(
        new Option('--status <status>', 'only this status').choices(['watching', 'interrupted', 'ended']),
      )
      .addOption(limitOption(200, 50)),
    async run({ client, output }: ServerContext, options: { status?: string; limit: number }) {
      const { status, limit } = options;
      const items = await client.liveSources({ limit, ...(status ? { status } : {}) });
      output.json({ items });
      if (items.length === 0) return output.note('There are no such live sources.') as undefined;
      output.table(items, [
        { title: 'SOURCE', value: ({ sourceId }) => sourceId.slice(0, 8) },
        { title: 'NAME', value: ({ name }) => printable(name), style: () => 'bold', flexible: true },
        { title: 'STATUS', value: statusOf, style: (source) => STATUS_STYLE[source.status] },
        { title: 'SEES', value: ({ labels }) => printable(labels.join(', ')), flexible: true },
        { title: 'WORST', value: worstOf },
        { title: 'SEEN', value: ({ framesSeen }) => String(framesSeen), align: 'right' },
        { title: 'DROPPED', value: droppedOf, align: 'right' },
        {
          title: 'LAST',
          value: ({ lastSeenAt }) => (lastSeenAt === null ? '' : formatInstant(lastSeenAt)),
          style: () => 'dim',
          optional: true,
        },
      ]);
      return undefined;
    },
  });

const statusOf = ({ status, code }: LiveSource): string =>
  code === null ? status : `${status} (${printable(code)})`;
const worstOf = ({ worst }: LiveSource): string =>
  worst === null ? '' : `${worst.class} ${worst.score.toFixed(2)}`;
const droppedOf = ({ framesDropped }: LiveSource): string =>
  String(Object.values(framesDropped).reduce((sum, frames) => sum + frames, 0));

const ID = 'its id, as `frames list --json` has it, or how it begins';

/** What the server is to say where it is none, or several. */
async function fullIdOf(client: ServerContext['client'], given: string): Promise<string> {
  const found = (await client.liveSources({ limit: 200 })).filter(({ sourceId }) =>
    sourceId.startsWith(given),
  );
  const [source] = found;
  return found.length === 1 && source ? source.sourceId : given;
}

const endCommand = (io: CliIo): Command =>
  serverCommand(io, {
    command: new Command('end')
      .description('End a source whose publisher does not come back; one that does begins another source')
      .argument('<id>', ID),
    async run({ client, output }: ServerContext, _options: object, given: string) {
      const sourceId = await fullIdOf(client, given);
      await client.endLive(sourceId, { reason: 'stopped' });
      output.json({ sourceId });
      output.line(`${sourceId} has ended.`);
    },
  });

const removeCommand = (io: CliIo): Command =>
  serverCommand(io, {
    command: new Command('remove')
      .description('Take a source that has ended out of the list, and erase its name')
      .argument('<id>', ID),
    async run({ client, output }: ServerContext, _options: object, given: string) {
      const sourceId = await fullIdOf(client, given);
      await client.removeLive(sourceId);
      output.json({ sourceId });
      output.line(`${sourceId} is removed.`);
    },
  });
