import { basename } from 'node:path';
import { EXIT } from './exit-codes.js';
import type { CliIo } from './terminal/io.js';
import { shellWord } from './terminal/text.js';

/** npm and npx run the program of the folder they are in; a link is on the PATH; else it is a file. */
export function typedCommand(script: string, isRunByNpm: boolean): string {
  if (isRunByNpm) return 'npx mediaflow';
  return basename(script) === 'mediaflow' ? 'mediaflow' : `node ${shellWord(script)}`;
}

/** The real process. A reader of our output that goes away (`| head`) ends it without a word. */
export function processIo(): CliIo {
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(0);
      throw error;
    });
  return {
    command: typedCommand(process.argv[1] ?? 'mediaflow', process.env.npm_lifecycle_event !== undefined),
    env: process.env,
    stdout: process.stdout,
    stderr: process.stderr,
    interrupt() {
      const interrupted = new AbortController();
      // Not `once`: a package of ours ends the process itself as soon as nobody else listens.
      for (const signal of ['SIGINT', 'SIGTERM'] as const)
        process.on(signal, () => {
          if (interrupted.signal.aborted) process.exit(EXIT.interrupted);
          interrupted.abort();
        });
      return interrupted.signal;
    },
  };
}
