import { Writable } from 'node:stream';
import { runCli } from '../../../../src/apps/cli/program.js';
import type { TerminalStream } from '../../../../src/apps/cli/terminal/io.js';

export interface CliRun {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface StartedCli {
  readonly done: Promise<CliRun>;
  /** Resolves with the first line of stdout that fits; rejects when the command ends before. */
  line(pattern: RegExp): Promise<string>;
  /** What Ctrl-C does. */
  interrupt(): void;
}

interface Captured {
  readonly stream: TerminalStream;
  text(): string;
}

function capture(onWrite: () => void, terminal: { isTTY?: boolean; columns?: number }): Captured {
  let text = '';
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      text += chunk.toString();
      onWrite();
      done();
    },
  });
  return { stream: Object.assign(stream, terminal), text: () => text };
}

/** Runs the program in this process, as from a shell with only these variables. */
export function startCli(
  parameters: readonly string[],
  env: Readonly<Record<string, string>>,
  terminal: { isTTY?: boolean; columns?: number } = {},
): StartedCli {
  const interrupted = new AbortController();
  const waiting = new Set<() => void>();
  const stdout = capture(() => {
    for (const look of waiting) look();
  }, terminal);
  const stderr = capture(() => {}, terminal);
  const done = runCli(parameters, {
    command: 'mediaflow',
    env,
    stdout: stdout.stream,
    stderr: stderr.stream,
    interrupt: () => interrupted.signal,
  }).then((exitCode) => ({ exitCode, stdout: stdout.text(), stderr: stderr.text() }));

  return {
    done,
    interrupt: () => interrupted.abort(),
    line: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = stdout
            .text()
            .split('\n')
            .find((line) => pattern.test(line));
          if (found === undefined) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
        done.then((run) => reject(new Error(`ended without ${pattern}: ${run.stdout}${run.stderr}`)), reject);
      }),
  };
}

export const cli = (parameters: readonly string[], env: Readonly<Record<string, string>>): Promise<CliRun> =>
  startCli(parameters, env).done;
