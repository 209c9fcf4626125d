import { openPrivateFolder } from '../../../src/adapters/local-disk/private-folder.js';

/** Opens a private folder, says where it is, and keeps it until its input ends. */
const [parent = ''] = process.argv.slice(2);
const { path } = await openPrivateFolder(parent);
process.stdout.write(`${JSON.stringify({ path })}\n`);
process.stdin.resume();
