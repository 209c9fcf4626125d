import { lockDataFolder } from '../../../src/adapters/local-disk/folder-lock.js';
import { MediaFlowError } from '../../../src/core/errors.js';

/** Locks the folder, says how it went, and holds the lock until its input ends. */
const [folder = ''] = process.argv.slice(2);
try {
  await lockDataFolder(folder);
  process.stdout.write(`${JSON.stringify({ lockedBy: process.pid })}\n`);
} catch (error) {
  const told = error instanceof MediaFlowError ? { code: error.code, pid: error.details.pid } : {};
  process.stdout.write(`${JSON.stringify({ ...told, message: String(error) })}\n`);
}
process.stdin.resume();
