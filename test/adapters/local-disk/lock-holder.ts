import { lockDataFolder, lockRole, shareDataFolder } from '../../../src/adapters/local-disk/folder-lock.js';
import { MediaFlowError } from '../../../src/core/errors.js';

/** Locks the folder (alone, shared, or a role in it), says how it went, and holds the lock until its input ends. */
const [folder = '', how = 'alone'] = process.argv.slice(2);
const lock = { alone: lockDataFolder, shared: shareDataFolder }[how];
try {
  await (lock ? lock(folder) : lockRole(folder, how));
  process.stdout.write(`${JSON.stringify({ lockedBy: process.pid })}\n`);
} catch (error) {
  const told = error instanceof MediaFlowError ? { code: error.code, pid: error.details.pid } : {};
  process.stdout.write(`${JSON.stringify({ ...told, message: String(error) })}\n`);
}
process.stdin.resume();
