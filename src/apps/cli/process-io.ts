import { EXIT } from './exit-codes.js';
import type { CliIo } from './terminal/io.js';

/** The real process. A reader of our output that goes away (`| head`) ends it without a word. */
export function processIo(): CliIo {
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(0);
      throw error;
    });
  return {
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
