import { Command } from 'commander';
import { serveCommand } from './cli/serve.js';
import { readVersion } from './version.js';

const program = new Command('mediaflow')
  .description(
    'Self-hosted media backend: takes in, transcodes, moderates, tags, serves and recommends media',
  )
  .version(await readVersion())
  .addCommand(serveCommand());

await program.parseAsync();
