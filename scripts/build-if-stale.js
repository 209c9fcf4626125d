// `npm start` after a pull must run what was pulled, and must not build when nothing changed.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync, utimesSync } from 'node:fs';
import { outdatedPackages } from './installed-packages.js';

const newest = (folder) =>
  Math.max(
    0,
    ...readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => statSync(`${entry.parentPath}/${entry.name}`).mtimeMs),
  );

if (!existsSync('node_modules')) {
  console.error('MediaFlow is not installed yet: run `npm ci`.');
  process.exit(1);
}

const outdated = outdatedPackages('.');
if (outdated.length > 0) {
  const [first, ...others] = outdated.map((folder) => folder.replace(/^.*node_modules\//, ''));
  const more = others.length > 0 ? ` and ${others.length} more` : '';
  console.error(`Other packages are needed than are installed (${first}${more}): run \`npm ci\`.`);
}

const builtAt = statSync('dist/.tsbuildinfo', { throwIfNoEntry: false })?.mtimeMs ?? 0;
if (Math.max(newest('src'), newest('migrations')) > builtAt) {
  const begun = new Date();
  console.error('Building, since sources have changed …');
  const { status } = spawnSync('npm', ['run', '--silent', 'build'], {
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  // The compiler leaves its file alone when all is as it was, but for times: then every start would build again.
  if (status === 0) utimesSync('dist/.tsbuildinfo', begun, begun);
  process.exit(status ?? 1);
}
