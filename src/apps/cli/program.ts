import { Command, CommanderError } from 'commander';
import { messageOf } from '../../core/errors.js';
import { readVersion } from '../version.js';
import { appealCommand } from './appeal.js';
import { deadLettersCommand } from './dead-letters.js';
import { eventsCommand } from './events.js';
import { EXIT, EXIT_CODES_HELP } from './exit-codes.js';
import { extendCommand } from './extend.js';
import { forgetCommand } from './forget.js';
import { framesCommand } from './frames.js';
import { historyCommand } from './history.js';
import { jobsCommand } from './jobs.js';
import { mediaCommand } from './media.js';
import { metadataCommand } from './metadata.js';
import { migrateCommand } from './migrate.js';
import { modelsCommand } from './models.js';
import { moderationCommand } from './moderation.js';
import { nearDuplicatesCommand } from './near-duplicates.js';
import { projectionsCommand } from './projections.js';
import { queueCommand } from './queue.js';
import { recommendCommand } from './recommend.js';
import { retryCommand } from './retry.js';
import { reviewCommand } from './review.js';
import { searchCommand } from './search.js';
import { serveCommand } from './serve.js';
import { DEFAULT_URL, SilentExit } from './server-command.js';
import { statusCommand } from './status.js';
import { storageCommand } from './storage.js';
import { takedownCommand } from './takedown.js';
import { taxonomyCommand } from './taxonomy.js';
import { type CliIo, columnsOf } from './terminal/io.js';
import { topicsCommand } from './topics.js';
import { uploadCommand } from './upload.js';
import { usageCommand } from './usage.js';

const ENVIRONMENT_HELP = `
Environment:
  MEDIAFLOW_URL      the server that commands talk to (default ${DEFAULT_URL})
  MEDIAFLOW_API_KEY  the key they show it
  NO_COLOR           no colours`;

async function createProgram(io: CliIo): Promise<Command> {
  const program = new Command(io.command)
    .description(
      'Self-hosted media backend: takes in, transcodes, moderates, tags, serves and recommends media',
    )
    .version(await readVersion())
    .addHelpText('after', `${ENVIRONMENT_HELP}\n${EXIT_CODES_HELP}`);
  const groups: Readonly<Record<string, readonly Command[]>> = {
    'Server:': [serveCommand(io), migrateCommand(io)],
    'Media:': [
      uploadCommand(io),
      statusCommand(io),
      searchCommand(io),
      mediaCommand(io),
      historyCommand(io),
      metadataCommand(io),
      nearDuplicatesCommand(io),
      retryCommand(io),
      extendCommand(io),
      queueCommand(io),
      reviewCommand(io),
      takedownCommand(io),
      appealCommand(io),
      moderationCommand(io),
      recommendCommand(io),
      forgetCommand(io),
    ],
    'Operations:': [
      eventsCommand(io),
      jobsCommand(io),
      framesCommand(io),
      projectionsCommand(io),
      modelsCommand(io),
      taxonomyCommand(io),
      deadLettersCommand(io),
      storageCommand(io),
      topicsCommand(io),
      usageCommand(io),
    ],
  };
  for (const [title, commands] of Object.entries(groups))
    for (const command of commands) program.addCommand(command.helpGroup(title));
  speakThrough(program, io);
  return program;
}

/** Commander reports through our streams, and throws where it would end the process. */
function speakThrough(command: Command, io: CliIo): void {
  command.exitOverride().configureOutput({
    writeOut: (text) => io.stdout.write(text),
    writeErr: (text) => io.stderr.write(text),
    getOutHelpWidth: () => (io.stdout.isTTY ? columnsOf(io.stdout) : 80),
  });
  command.showHelpAfterError(`(${pathOf(command)} --help says more)`);
  for (const each of command.commands) speakThrough(each, io);
}

const pathOf = (command: Command): string =>
  command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name();

/** Runs the program on these arguments (without `node` and the script) and returns its exit code. Never rejects. */
export async function runCli(parameters: readonly string[], io: CliIo): Promise<number> {
  try {
    const program = await createProgram(io);
    await program.parseAsync([...parameters], { from: 'user' });
    return EXIT.ok;
  } catch (error) {
    if (error instanceof SilentExit) return error.exitCode;
    // Commander has said what is wrong; asking for help is no error, giving no command is.
    if (error instanceof CommanderError)
      return error.exitCode === 0 || error.code === 'commander.helpDisplayed' ? EXIT.ok : EXIT.usage;
    io.stderr.write(`error: ${messageOf(error)}\n`);
    return EXIT.failed;
  }
}
