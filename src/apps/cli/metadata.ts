import { setTimeout as sleep } from 'node:timers/promises';
import { Command, Option } from 'commander';
import { type MetadataField, metadataFields } from '../../domain/media/metadata/metadata-values.js';
import type { Suggested, SuggestedValue } from './answers.js';
import { EXIT } from './exit-codes.js';
import { fullMediaId } from './full-id.js';
import { type ServerContext, serverCommand } from './server-command.js';
import type { CliIo } from './terminal/io.js';
import { printable } from './terminal/text.js';

const POLL_MILLISECONDS = 300;

interface Options {
  readonly generate?: boolean;
  readonly accept?: readonly MetadataField[];
}

export const metadataCommand = (io: CliIo): Command =>
  serverCommand(io, {
    command: new Command('metadata')
      .description('Show what is said of an item and by whom, and what a model suggests beside it')
      .argument('<id>', 'id of the item, or how it begins')
      .option(
        '--generate',
        'have a model suggest title, summary, tags and genre first; nothing is changed by it',
      )
      .addOption(
        new Option('--accept <fields...>', 'take these of what is suggested').choices(metadataFields),
      ),
    async run(
      { client, output, signal, typed }: ServerContext,
      { generate, accept }: Options,
      given: string,
    ) {
      const id = await fullMediaId(client, given);
      let { position } = generate ? await client.generateMetadata(id) : { position: undefined };
      let metadata = await client.suggested(id, position);
      while (generate && metadata.suggestions.status === 'requested') {
        await sleep(POLL_MILLISECONDS, undefined, { signal });
        metadata = await client.suggested(id, position);
      }
      if (accept) {
        const requestId = metadata.suggestions.latest?.requestId;
        ({ position } = await client.acceptMetadata(id, { fields: accept, ...(requestId && { requestId }) }));
        metadata = await client.suggested(id, position);
      }
      output.json(metadata);
      const suggested = metadata.suggestions.latest?.values.map(({ field }) => field) ?? [];
      for (const field of (accept ?? []).filter((each) => !suggested.includes(each)))
        output.note(`Nothing is suggested as ${field}: it stays as it is.`);
      for (const line of metadataLines(metadata)) output.line(line);
      const { status, failure, latest } = metadata.suggestions;
      if (status === 'failed') {
        output.note(`Nothing could be suggested: ${printable(failure?.message ?? '')}`);
        return EXIT.failed;
      }
      if (!latest) output.note(`Nothing is suggested: ${typed(`metadata ${id} --generate`)} asks a model.`);
      return undefined;
    },
  });

function metadataLines({ values, suggestions: { latest } }: Suggested): string[] {
  const said = values.map((value) => valueLine(value, ownerOf(value)));
  if (!latest) return said;
  const [first] = latest.values;
  const by = first
    ? `${printable(first.provider ?? '')} ${printable(first.model ?? '')}`
    : 'nobody has anything to suggest';
  const cost = latest.tokens
    ? `, ${latest.tokens.input} + ${latest.tokens.output} tokens${latest.cost === null ? '' : `, cost ${latest.cost}`}`
    : '';
  return [
    ...said,
    `suggested (${by}, taxonomy ${printable(latest.taxonomy.version)}${cost}${latest.isRemembered ? ', as before' : ''}):`,
    ...latest.values.map((value) => valueLine(value, `${Math.round((value.confidence ?? 0) * 100)} %`)),
  ];
}

const ownerOf = ({ source, isTakenByItself }: SuggestedValue): string => {
  if (source !== 'suggestion') return `by ${source}`;
  return isTakenByItself ? 'taken from a suggestion by itself' : 'taken from a suggestion';
};

const valueLine = ({ field, value }: SuggestedValue, note: string): string =>
  `  ${field.padEnd(12)} ${printable(value)}  (${note})`;
