import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { typescriptArguments } from '../../test/support/typescript-child.js';
import { startDetached } from './processes.js';
import type { Environment, StartContext, Started } from './service.js';

/** A service that is a script of ours: it gets its folder, and sends its environment once it answers. */
export async function startKeeper(script: URL, { folder, logFile }: StartContext): Promise<Started> {
  const child = await startDetached(process.execPath, typescriptArguments(fileURLToPath(script), folder), {
    logFile,
    folder,
    ipc: true,
  });
  const answered = Promise.race([
    once(child, 'message').then(([environment]) => environment as Environment),
    once(child, 'exit').then(([code]) => {
      throw new Error(`It ended with ${code}`);
    }),
  ]);
  answered.then(() => child.disconnect()).catch(() => {});
  return { pid: child.pid, answer: () => answered };
}
