import { Command } from 'commander';
import { MediaFlowError } from '../../core/errors.js';
import { silentLogger } from '../../core/logger.js';
import { EXIT } from './exit-codes.js';
import { CliFailure, wrongUsage } from './failure.js';
import { ownConfig } from './own-config.js';
import { SilentExit } from './server-command.js';
import type { CliIo } from './terminal/io.js';
import { createOutput } from './terminal/output.js';

/** Speaks to the database itself: no server has to run. */
export const migrateCommand = (io: CliIo): Command =>
  new Command('migrate')
    .description('Bring the schema of the database that DATABASE_URL names up to date (docs/operations.md)')
    .option('--json', 'print JSON, for scripts; errors too, on stderr')
    .action(async ({ json = false }: { readonly json?: boolean }) => {
      const output = createOutput(io, { json });
      try {
        const migrated = await migrateDatabase(io.env);
        output.json({ migrations: migrated });
        for (const name of migrated) output.line(`done ${name}`);
        if (migrated.length === 0) output.note('Nothing to do: the schema is up to date.');
      } catch (error) {
        const failure = failureOf(error);
        output.failure(failure);
        throw new SilentExit(failure.exitCode);
      }
    });

async function migrateDatabase(env: CliIo['env']): Promise<readonly string[]> {
  const config = ownConfig(env);
  if (config.databaseUrl === undefined)
    throw wrongUsage('Set DATABASE_URL: the embedded database is brought up to date by the server’s start.');
  const { migrateAll } = await import('../wire/migrate-all.js');
  const connectionString = config.databaseDirectUrl ?? config.databaseUrl;
  return migrateAll({ config, connectionString, logger: silentLogger });
}

function failureOf(error: unknown): CliFailure {
  if (error instanceof CliFailure) return error;
  if (error instanceof MediaFlowError && error.code === 'database_unavailable')
    return new CliFailure(EXIT.unreachable, error.code, error.message, 'Does it run, and may we use it?');
  throw error;
}
