#!/usr/bin/env node
// The product needs the Node that package.json pins; whichever Node started this hands over to it.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MINIMUM_MAJOR = 24;
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const entry = join(root, 'dist', 'src', 'apps', 'cli.js');

if (!existsSync(entry)) {
  const isInstalled = existsSync(join(root, 'node_modules'));
  console.error(
    isInstalled
      ? 'MediaFlow is not built yet: run `npm run build`.'
      : `MediaFlow is not installed yet: run \`npm ci\` in ${root}.`,
  );
  process.exit(1);
}
// What glibc does by itself, an arena for each few threads and ever larger blocks out of them, keeps 100 MB that nobody uses of a
// server that takes photographs. It reads these once, as a process starts.
const allocation = {
  MALLOC_ARENA_MAX: '2',
  MALLOC_MMAP_THRESHOLD_: '1048576',
  MALLOC_TRIM_THRESHOLD_: '8388608',
};
const environment = { ...allocation, ...process.env };
const isServer = process.argv[2] === 'serve';

/** In the same process, so that whoever started it sees no other. A server that may not is larger, and a server all the same. */
function beginAnew() {
  // The channel to a parent of Node would end with this.
  if (process.channel) return;
  try {
    process.execve(
      process.execPath,
      [process.execPath, ...process.execArgv, ...process.argv.slice(1)],
      environment,
    );
  } catch {
    // The permission model refuses it, and other runtimes do not have it.
  }
}

const pinned = join(root, 'node_modules', 'node', 'bin', 'node');
const isOld = Number(process.versions.node.split('.')[0]) < MINIMUM_MAJOR;
if (!isOld) {
  if (isServer && process.platform === 'linux' && process.env.MALLOC_ARENA_MAX === undefined) beginAnew();
  await import(entry);
} else if (existsSync(pinned)) {
  const child = spawn(pinned, process.argv.slice(1), { stdio: 'inherit', env: environment });
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  process.on('SIGINT', () => {
    // A terminal sends Ctrl-C to both; a second one would cut the clean end short.
    if (!process.stdin.isTTY) child.kill('SIGINT');
  });
  child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
} else {
  console.error(`MediaFlow needs Node ${MINIMUM_MAJOR}; this is ${process.version}.`);
  process.exit(1);
}
