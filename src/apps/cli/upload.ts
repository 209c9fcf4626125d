import { Command } from 'commander';
import { detailLimits } from '../../commands/media-details.js';
import { splitList } from '../../core/text-list.js';
import { limitConcurrency } from '../../runtime/limit-concurrency.js';
import { countUpTo } from './counts.js';
import { EXIT, mostSerious } from './exit-codes.js';
import { wrongUsage } from './failure.js';
import { type ServerContext, serverCommand } from './server-command.js';
import type { CliIo } from './terminal/io.js';
import type { Output } from './terminal/output.js';
import { checkFiles, type LocalFile } from './upload/local-files.js';
import { type NamedFile, type Outcome, reportOutcome, toJson } from './upload/outcome.js';
import { fileAt, isAddress, pullOne } from './upload/pull-one.js';
import type { Details } from './upload/send-file.js';
import { uploadOne } from './upload/upload-one.js';
import { createUploadRecords, stateFolder } from './upload/upload-records.js';
import { createUploadView, type FileView } from './upload/upload-view.js';

interface UploadOptions extends Details {
  readonly wait?: boolean;
  readonly parallel: number;
}

export const uploadCommand = (io: CliIo): Command =>
  serverCommand(io, {
    command: new Command('upload')
      .description(
        'Send files, or have them fetched; one that was interrupted goes on where it stopped when sent again',
      )
      .argument(
        '<file...>',
        'files to send, or addresses (https://…) that the server fetches; standard input is not taken, curl can send it',
      )
      .option('--title <text>', 'title of the item (default: the name of the file)')
      .option('--description <text>', 'what it is about')
      .option('--tags <list>', 'tags, separated by commas')
      .option('--wait', 'follow it until it is published, rejected, waits for a review, or has failed')
      .option('--parallel <count>', 'files at once', countUpTo(), 3),
    run: upload,
  });

async function upload(context: ServerContext, options: UploadOptions, paths: readonly string[]) {
  const { io, client, output, signal } = context;
  const { title, description, tags, wait = false, parallel } = options;
  if (title !== undefined && paths.length > 1)
    throw wrongUsage(`--title names one item, and there are ${paths.length} files.`);
  checkDetails({ title, description, tags });
  // The files first: a wrong name is told even when no server runs.
  const [addresses, local] = [paths.filter(isAddress), paths.filter((path) => !isAddress(path))];
  await sendable(local, Number.POSITIVE_INFINITY, output);
  const files = await sendable(local, await client.uploadLimit(), output);
  const fetched = addresses.map(fileAt);
  const records = createUploadRecords(stateFolder(io.env));
  await records.sweep();

  const view = createUploadView(output, [...files, ...fetched], io.stderr);
  const takeTurn = limitConcurrency(parallel);
  const details = {
    ...(title === undefined ? {} : { title }),
    ...(description === undefined ? {} : { description }),
    ...(tags === undefined ? {} : { tags }),
  };
  const doing = { details, wait, client, signal, takeTurn };
  async function told<File extends NamedFile>(
    file: File,
    work: (file: File, fileView: FileView) => Promise<Outcome>,
  ): Promise<Outcome> {
    const fileView = view.file(file);
    const outcome = await work(file, fileView);
    fileView.end();
    reportOutcome(outcome, output, client.absolute);
    return outcome;
  }
  const outcomes = await Promise.all([
    ...files.map((each) => told(each, (file, view) => uploadOne({ ...doing, file, records, view }))),
    ...fetched.map((each) => told(each, (file, view) => pullOne({ ...doing, file, view }))),
  ]);
  view.stop();
  output.json({ items: outcomes.map(toJson) });
  sayWhatIsLeft(context, outcomes, wait);
  return signal.aborted ? EXIT.interrupted : mostSerious(outcomes.map(({ exitCode }) => exitCode));
}

/** Throws wrong usage that says what is too long, before anything is sent. */
function checkDetails({
  title = '',
  description = '',
  tags = '',
}: Partial<Record<keyof Details, string | undefined>>): void {
  const { titleCharacters, descriptionCharacters, tags: mostTags, tagCharacters } = detailLimits;
  if (title.trim().length > titleCharacters)
    throw wrongUsage(`Nothing was sent: a title has at most ${titleCharacters} characters.`);
  if (description.trim().length > descriptionCharacters)
    throw wrongUsage(`Nothing was sent: a description has at most ${descriptionCharacters} characters.`);
  const list = splitList(tags);
  if (list.length > mostTags || list.some((tag) => tag.length > tagCharacters))
    throw wrongUsage(`Nothing was sent: there are at most ${mostTags} tags of ${tagCharacters} characters.`);
}

/** The files when all of them can be sent. Throws wrong usage that names each one that cannot be. */
async function sendable(paths: readonly string[], limitBytes: number, output: Output): Promise<LocalFile[]> {
  const { files, problems } = await checkFiles(paths, limitBytes);
  if (problems.length === 0) return files;
  const items = problems.map(({ path, problem }) => ({
    file: path,
    exitCode: EXIT.usage,
    error: { code: 'usage', message: `It ${problem}.` },
  }));
  output.json({ items });
  throw wrongUsage(
    `Nothing was sent: ${problems.map(({ path, problem }) => `${path} ${problem}`).join('; ')}.`,
  );
}

function sayWhatIsLeft(
  { output, typed, signal }: ServerContext,
  outcomes: readonly Outcome[],
  wait: boolean,
): void {
  const unsent = outcomes.filter(({ mediaId }) => mediaId === undefined);
  const first = outcomes[0];
  if (unsent.some(({ resumable }) => resumable))
    output.note('Run the same command again to go on where it stopped.');
  if (signal.aborted && outcomes.some(({ mediaId }) => mediaId))
    output.note(`What is sent goes on without this command: ${typed('status ID')}.`);
  if (!wait && outcomes.length === 1 && first?.mediaId && !signal.aborted)
    output.note(`${typed(`status ${first.mediaId}`)} shows how it goes.`);
}
