import { spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { MissingPrerequisite } from './service.js';

/**
 * What a program prints. Errors: `MissingPrerequisite` with `how` when there is no such program; its own words
 * when it fails.
 */
export function run(
  program: string,
  args: readonly string[],
  { how, cwd, environment }: { how: string; cwd?: string; environment?: NodeJS.ProcessEnv },
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...environment },
      ...(cwd ? { cwd } : {}),
    });
    let output = '';
    const collect = (chunk: Buffer) => {
      output += chunk;
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'ENOENT' ? new MissingPrerequisite(`There is no ${program} here`, how) : error),
    );
    child.once('close', (code) =>
      code === 0
        ? resolve(output)
        : reject(new Error(`${program} ended with ${code}: ${output.trim().slice(-2000)}`)),
    );
  });
}

const ATTEMPTS = 3;

/** A registry may be busy for a moment. */
export async function retryDownload<T>(
  download: () => Promise<T>,
  say: (progress: string) => void,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await download();
    } catch (error) {
      if (error instanceof MissingPrerequisite || attempt === ATTEMPTS) throw error;
      say(`the download failed, trying again (${attempt + 1} of ${ATTEMPTS}) …`);
      await delay(2_000 * attempt);
    }
  }
}
