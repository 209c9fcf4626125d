import { DataSource } from 'typeorm';
import { migrations } from '../../migrations/index.js';

/** Takes a database back to how it was before a migration ran, to be filled as an earlier release would have. */
export async function undoMigrations(url: string, downTo: (typeof migrations)[number]): Promise<void> {
  const source = new DataSource({ type: 'postgres', url, migrations: [...migrations] });
  await source.initialize();
  for (const _ of migrations.slice(migrations.indexOf(downTo)))
    await source.undoLastMigration({ transaction: 'each' });
  await source.destroy();
}
