import type { Command } from 'commander';
import { type Client, createClient, parseServerUrl } from './client.js';
import { EXIT, type ExitCode } from './exit-codes.js';
import { CliFailure, interrupted } from './failure.js';
import type { CliIo } from './terminal/io.js';
import { createOutput, type Output } from './terminal/output.js';
import { shellWord } from './terminal/text.js';

export const DEFAULT_URL = 'http://127.0.0.1:3000';

/** Makes `` `npx mediaflow status ID` `` of `status ID`. */
export type Typed = (words: string) => string;

/** What a command that talks to a server works with. */
export interface ServerContext {
  readonly io: CliIo;
  readonly client: Client;
  readonly output: Output;
  /** A command to go on with, as it is typed here and for the same server. */
  readonly typed: Typed;
  /** Fires on Ctrl-C. */
  readonly signal: AbortSignal;
}

/** What a command ends with when it is not plainly done. */
export type CommandResult = ExitCode | undefined;

interface CommonOptions {
  readonly url?: string;
  readonly json?: boolean;
}

/**
 * A command that talks to a server: takes `--url` and `--json`, turns what `run` throws into a message and an exit
 * code. `run` gets the arguments in order, then the options.
 */
export function serverCommand<Arguments extends readonly unknown[], Options extends object>(
  io: CliIo,
  definition: {
    readonly command: Command;
    readonly run: (
      context: ServerContext,
      options: Options,
      ...parameters: Arguments
    ) => Promise<CommandResult>;
    /** What Ctrl-C means here, said to the user. */
    readonly onInterrupt?: (typed: Typed) => string;
  },
): Command {
  const { command, run } = definition;
  return command
    .option('--url <address>', `the server (default: MEDIAFLOW_URL, else ${DEFAULT_URL})`)
    .option('--json', 'print JSON, for scripts; errors too, on stderr')
    .action(async () => {
      const options = command.opts<CommonOptions & Options>();
      const output = createOutput(io, { json: options.json ?? false });
      const signal = io.interrupt();
      const server = options.url === undefined ? '' : ` --url ${shellWord(options.url)}`;
      const typed: Typed = (words) => `\`${io.command} ${words}${server}\``;
      try {
        const url = parseServerUrl(options.url ?? (io.env.MEDIAFLOW_URL || DEFAULT_URL));
        const client = createClient({ url, apiKey: io.env.MEDIAFLOW_API_KEY || undefined, signal });
        const result = await run(
          { io, client, output, typed, signal },
          options,
          ...(command.processedArgs as unknown as Arguments),
        );
        output.end();
        if (result) throw new SilentExit(result);
      } catch (error) {
        if (error instanceof SilentExit) throw error;
        output.end();
        const failure =
          signal.aborted && !(error instanceof CliFailure)
            ? interrupted(definition.onInterrupt?.(typed))
            : asAnswerOfOthers(error);
        if (!(failure instanceof CliFailure)) throw failure;
        output.failure(failure);
        throw new SilentExit(failure.exitCode);
      }
    });
}

/** What is missing in an answer shows where it is first looked at. */
const asAnswerOfOthers = (error: unknown): unknown =>
  error instanceof TypeError
    ? new CliFailure(
        EXIT.failed,
        'unexpected_answer',
        `The server answers something else than MediaFlow of this release does (${error.message}).`,
        'Is the address right, and is that a MediaFlow? Set it with --url or MEDIAFLOW_URL.',
      )
    : error;

/** Ends the program with a code; everything has been said. */
export class SilentExit extends Error {
  override readonly name = 'SilentExit';

  constructor(readonly exitCode: ExitCode) {
    super(`exit ${exitCode}`);
  }
}
