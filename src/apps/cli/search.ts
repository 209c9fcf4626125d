import { Command, Option } from 'commander';
import { type MediaKind, mediaKinds } from '../../core/media-kind.js';
import type { FoundMedia } from './answers.js';
import { limitOption } from './counts.js';
import { type ServerContext, serverCommand } from './server-command.js';
import { formatSeconds } from './terminal/format.js';
import type { CliIo } from './terminal/io.js';
import { printable } from './terminal/text.js';

interface SearchOptions {
  readonly type?: MediaKind;
  readonly limit: number;
  readonly cursor?: string;
}

export const searchCommand = (io: CliIo): Command =>
  serverCommand(io, {
    command: new Command('search')
      .description('Search published media by what is written, said and shown in them, the best first')
      .argument('<words...>', 'words, "phrases", or, and a minus before what is not wanted')
      .addOption(new Option('--type <kind>', 'only this kind of media').choices(mediaKinds))
      .addOption(limitOption(100, 20))
      .option('--cursor <cursor>', 'the next page, from `nextCursor` of the one before'),
    async run(
      { client, output }: ServerContext,
      { type, limit, cursor }: SearchOptions,
      words: readonly string[],
    ) {
      const found = await client.search({
        ...{ q: words.join(' '), limit },
        ...(type ? { type } : {}),
        ...(cursor ? { cursor } : {}),
      });
      output.json(found);
      for (const { typed, as } of found.corrections)
        output.note(`Nothing has "${printable(typed)}"; searched for ${as.map(printable).join(', ')}.`);
      if (found.hits.length === 0) output.note('Nothing is found.');
      else
        output.table(found.hits, [
          { title: 'ID', value: ({ item }) => item.id },
          { title: 'TITLE', value: ({ item }) => printable(item.title), style: () => 'bold', flexible: true },
          { title: 'WHERE', value: whereOf, flexible: true },
        ]);
    },
  });

/** The first line in which it is said or shown, and when; of what stands in no text, that it is a tag. */
function whereOf({ item, highlights }: FoundMedia['hits'][number]): string {
  if (highlights.length === 0)
    return printable([...item.tags, ...item.detectedTags].map((tag) => `#${tag}`).join(' '));
  const timed = highlights.find(({ atSeconds }) => atSeconds !== null) ?? highlights[0];
  if (!timed) return '';
  const text = printable(timed.parts.map((part) => part.text).join(''));
  return timed.atSeconds === null ? text : `${formatSeconds(timed.atSeconds)} ${text}`;
}
