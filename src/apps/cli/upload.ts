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
import { openFolders, sortOut, type UploadFolder, withinLimit } from './upload/find-uploads.js';
import { sayWhatIsSkipped } from './upload/folder-files.js';
import { checkFiles, type LocalFile } from './upload/local-files.js';
import { type NamedFile, type Outcome, reportOutcome, toJson } from './upload/outcome.js';
import { cannotBeSent, createStop, type Stop, sayWhatIsLeft } from './upload/outcomes.js';
import { fileAt, pullOne } from './upload/pull-one.js';
import type { Details } from './upload/send-file.js';
import { openSentFiles, type SentFiles } from './upload/sent-files.js';
import { uploadOne } from './upload/upload-one.js';
import { createUploadRecords, stateFolder } from './upload/upload-records.js';
import { createUploadView, type FileView } from './upload/upload-view.js';

interface UploadOptions extends Details {
  readonly wait?: boolean;
  readonly again?: boolean;
  readonly parallel: number;
  readonly timeout?: number;
}

/** Items that are asked for how they are doing at once. */
const FOLLOWED_AT_ONCE = 16;

export const uploadCommand = (io: CliIo): Command =>
  serverCommand(io, {
    command: new Command('upload')
      .description(
        'Send files and whole folders, or have them fetched; what was interrupted goes on where it stopped when sent again',
      )
      .argument(
        '<file...>',
        'files to send, folders whose media is sent, each file once, or addresses (https://…) that the server fetches; standard input is not taken, curl can send it',
      )
      .option('--title <text>', 'title of the item (default: the name of the file)')
      .option('--description <text>', 'what it is about')
      .option('--tags <list>', 'tags, separated by commas')
      .option('--wait', 'follow it until it is published, rejected, waits for a review, or has failed')
      .option(
        '--timeout <seconds>',
        'with --wait, how long to wait for each item once it is sent (default: as long as it takes); the server goes on with it all the same',
        countUpTo(),
      )
      .option('--again', 'of folders, send also what was sent before')
      .option('--parallel <count>', 'files at once', countUpTo(), 3),
    run: upload,
  });

async function upload(context: ServerContext, options: UploadOptions, paths: readonly string[]) {
  const { io, client, output, signal } = context;
  const { title, description, tags, wait = false, again = false, parallel, timeout } = options;
  if (title !== undefined && paths.length > 1)
    throw wrongUsage(`--title names one item, and there are ${paths.length} files.`);
  checkDetails({ title, description, tags });
  // The files first: a wrong name is told even when no server runs.
  const named = await sortOut(paths);
  if (title !== undefined && named.folders.length > 0)
    throw wrongUsage('--title names one item, and a folder may hold many.');
  const others = new Set(
    (await sendable(named.files, Number.POSITIVE_INFINITY, output)).map(({ realPath }) => realPath),
  );
  const found = await openFolders(named.folders, { others, signal });
  const limitBytes = await client.uploadLimit();
  const files = await sendable(named.files, limitBytes, output);
  const folders = found.map((folder) => withinLimit(folder, limitBytes));
  for (const folder of folders) sayWhatIsSkipped(folder.found, output);
  const fetched = named.addresses.map(fileAt);
  const state = stateFolder(io.env);
  const records = createUploadRecords(state);
  await records.sweep();

  const all = [...files, ...folders.flatMap((folder) => folder.files), ...fetched];
  const view = createUploadView(output, all, io.stderr);
  const stop = createStop(signal);
  const takeTurn = limitConcurrency(parallel);
  const details = {
    ...(title === undefined ? {} : { title }),
    ...(description === undefined ? {} : { description }),
    ...(tags === undefined ? {} : { tags }),
  };
  const doing = { details, wait, timeoutSeconds: timeout, client, signal, takeTurn, records };
  const takeTurnToFollow = limitConcurrency(FOLLOWED_AT_ONCE);
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
  const send = (each: LocalFile, inFolder?: { readonly sent: SentFiles; readonly stop: Stop }) =>
    told(each, (file, view) =>
      uploadOne({ ...doing, file, view, takeTurnToFollow, ...(inFolder && { inFolder }) }),
    );
  async function sendFolder({ realPath, problems, files }: UploadFolder): Promise<Outcome[]> {
    const sent = await openSentFiles(state, { serverUrl: client.url, folder: realPath, again });
    const unsendable = problems.map(({ path, problem }) => cannotBeSent(path, problem));
    for (const outcome of unsendable) reportOutcome(outcome, output, client.absolute);
    return [...unsendable, ...(await Promise.all(files.map((file) => send(file, { sent, stop }))))];
  }

  const outcomes = (
    await Promise.all([
      ...files.map((each) => send(each).then((outcome) => [outcome])),
      ...folders.map(sendFolder),
      ...fetched.map((each) =>
        told(each, (file, view) => pullOne({ ...doing, file, view })).then((outcome) => [outcome]),
      ),
    ])
  ).flat();
  view.stop();
  output.json({ items: outcomes.map(toJson) });
  sayWhatIsLeft(context, outcomes, { wait, isFolder: folders.length > 0 });
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
