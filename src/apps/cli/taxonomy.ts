import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { messageOf } from '../../core/errors.js';
import type { TaxonomyDocument } from '../../domain/taxonomy/taxonomy-document.js';
import type { ShownTaxonomy } from '../../queries/taxonomy.js';
import { wrongUsage } from './failure.js';
import { type ServerContext, serverCommand } from './server-command.js';
import type { CliIo } from './terminal/io.js';
import { printable } from './terminal/text.js';

export const taxonomyCommand = (io: CliIo): Command =>
  new Command('taxonomy')
    .description('Which tags and genres may be suggested for items')
    .addCommand(showCommand(io))
    .addCommand(setCommand(io));

const showCommand = (io: CliIo): Command =>
  serverCommand(io, {
    command: new Command('show')
      .description('Show what is in force; with --json as a file to edit')
      .option('--document', 'print only what a file for `set` says'),
    async run(
      { client, output, io: { stdout } }: ServerContext,
      { document }: { readonly document?: boolean },
    ) {
      const taxonomy = await client.taxonomy();
      const { version, tags, genres } = taxonomy;
      if (document) {
        stdout.write(`${JSON.stringify({ version, tags, genres }, null, 2)}\n`);
        return;
      }
      output.json(taxonomy);
      for (const line of taxonomyLines(taxonomy)) output.line(line);
    },
  });

const setCommand = (io: CliIo): Command =>
  serverCommand(io, {
    command: new Command('set')
      .description('Check a file, and have it in force from now on')
      .argument('<file>', 'JSON: version, tags, genres; `taxonomy show --document` prints one'),
    async run({ client, output }: ServerContext, _options: object, file: string) {
      const changed = await client.setTaxonomy(await documentOf(file));
      output.json(changed);
      output.line(`${printable(changed.version)}  ${changed.hash.slice(0, 12)}  is in force`);
    },
  });

/** Checked before it is sent, since a server cannot say which line it is. */
async function documentOf(path: string): Promise<TaxonomyDocument> {
  const [{ documentIn }, { taxonomyDocumentSchema }] = await Promise.all([
    import('../config/checked-document.js'),
    import('../../domain/taxonomy/taxonomy-document.js'),
  ]);
  try {
    return documentIn(taxonomyDocumentSchema, await readFile(path, 'utf8'), path);
  } catch (error) {
    throw wrongUsage(messageOf(error));
  }
}

const taxonomyLines = ({ version, hash, source, tags, genres }: ShownTaxonomy): string[] => [
  `${printable(version)}  ${hash.slice(0, 12)}  (${source === 'operator' ? 'set by an operator' : 'built in'})`,
  `  tags    ${namesOf(tags)}`,
  `  genres  ${namesOf(genres)}`,
];

const namesOf = (entries: ShownTaxonomy['tags']): string =>
  entries.map(({ name }) => printable(name)).join(', ');
