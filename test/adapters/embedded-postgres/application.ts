import pg from 'pg';
import { startEmbeddedPostgres } from '../../../src/adapters/embedded-postgres/start-embedded-postgres.js';
import { lockDataFolder } from '../../../src/adapters/local-disk/folder-lock.js';
import { MediaFlowError } from '../../../src/core/errors.js';
import { silentLogger } from '../../../src/core/logger.js';

/** A small MediaFlow: runs the database in a folder until SIGINT, which it takes its time to answer. */
const [dataFolder = ''] = process.argv.slice(2);
const say = (fact: object) => process.stdout.write(`${JSON.stringify(fact)}\n`);
try {
  await lockDataFolder(dataFolder);
  const database = await startEmbeddedPostgres({ dataFolder, logger: silentLogger });
  process.once('SIGINT', async () => {
    const client = new pg.Client(database.connectionString);
    await client.connect();
    const { rows } = await client.query(`select pg_sleep(0.2)::text, 'still here' as answer`);
    await client.end();
    await database.stop();
    say({ answer: rows[0].answer });
    process.exit(0);
  });
  say({ connectionString: database.connectionString, databasePid: database.pid() });
  process.stdin.resume();
} catch (error) {
  say({ code: error instanceof MediaFlowError ? error.code : 'unknown', message: String(error) });
}
