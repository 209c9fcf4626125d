import pg from 'pg';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { readConfig } from '../../../src/apps/config.js';
import { createClosers } from '../../../src/apps/wire/closers.js';
import { openJobQueue } from '../../../src/apps/wire/open-job-queue.js';
import { openStorage } from '../../../src/apps/wire/open-storage.js';
import { silentLogger } from '../../../src/core/logger.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { unobserved } from '../../support/unobserved.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

async function warningsOf(databaseUrl: string): Promise<string[]> {
  const warnings: string[] = [];
  const logger = { ...silentLogger, warn: (_fields: object, message: string) => warnings.push(message) };
  const closers = createClosers(logger);
  const config = readConfig({ DATABASE_URL: databaseUrl });
  const storage = await openStorage({ config, logger, closers, observing: unobserved, waitsFor: () => {} });
  await openJobQueue({ config, storage, logger, closers });
  await closers.closeAll();
  return warnings;
}

test('who gives it a superuser of the database server is told that less would do', async () => {
  // First, since what a superuser makes is the superuser's.
  expect(await warningsOf(database.url)).toEqual([]);
  const asSuperuser = new URL(inject('administratorUrl'));
  asSuperuser.pathname = new URL(database.url).pathname;
  expect(await warningsOf(asSuperuser.href)).toEqual([expect.stringContaining('superuser')]);
});

test('the rights that the operations page names are enough on a database that somebody else owns', async () => {
  const asOperator = new URL(inject('administratorUrl'));
  const operator = new pg.Client(asOperator.href);
  await operator.connect();
  await operator.query(`create role guest login password 'guest'`);
  await operator.query('create database of_the_house');
  await operator.query('grant connect, create, temporary on database of_the_house to guest');
  const inside = new URL(asOperator.href);
  inside.pathname = '/of_the_house';
  const house = new pg.Client(inside.href);
  await house.connect();
  await house.query('grant usage, create on schema public to guest');
  await house.end();
  const asGuest = new URL(inside.href);
  [asGuest.username, asGuest.password] = ['guest', 'guest'];
  expect(await warningsOf(asGuest.href)).toEqual([]);
  await operator.query('drop database of_the_house with (force)');
  await operator.query('drop role guest');
  await operator.end();
});
