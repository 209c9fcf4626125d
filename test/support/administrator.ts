import { readFile } from 'node:fs/promises';
import { connectionStringOf, layoutOf, SUPERUSER } from '../../src/adapters/embedded-postgres/layout.js';

/** The superuser's address on the embedded server that the application reaches at `url`, for a test that plays the operator. */
export async function administratorUrl(
  dataFolder: string,
  url: string,
  database = 'postgres',
): Promise<string> {
  const password = (await readFile(layoutOf(dataFolder).passwordFile, 'utf8')).trim();
  return connectionStringOf(Number(new URL(url).port), { role: SUPERUSER, password }, database);
}
