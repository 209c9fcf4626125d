import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { typescriptArguments } from './typescript-child.js';

export interface TypeScriptProcess {
  readonly child: ChildProcess;
  /** The next line of standard output, parsed as JSON; undefined when the output has ended. */
  readJsonLine<T>(): Promise<T | undefined>;
  /** Resolves to the exit code, or null when a signal ended it. */
  readonly ended: Promise<number | null>;
}

/** Runs one of our TypeScript files in a process of its own, for tests that kill it. */
export function runTypeScript(
  file: URL,
  args: readonly string[],
  options: Pick<SpawnOptions, 'uid' | 'gid' | 'detached' | 'env'> = {},
): TypeScriptProcess {
  const child = spawn(process.execPath, typescriptArguments(fileURLToPath(file), ...args), {
    stdio: ['pipe', 'pipe', 'inherit'],
    // Vitest's own loader flags are not for this process.
    env: { PATH: process.env.PATH },
    ...options,
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    child,
    readJsonLine: async () => {
      const { value, done } = await lines.next();
      return done ? undefined : JSON.parse(value);
    },
    ended: new Promise((resolve) => child.once('exit', resolve)),
  };
}
