import { join } from 'node:path';
import fastify from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAccess } from '../../../src/apps/http/access.js';
import { healthRoutes } from '../../../src/apps/http/health.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { expectProblem, type ProblemBody } from './support/client.js';
import { startServer, type TestServer, temporaryFolder } from './support/server.js';

const folder = temporaryFolder();
let database: TestDatabase;
let server: TestServer;
const at = (path: string) => `${server.url}${path}`;

beforeAll(async () => {
  database = await createTestDatabase();
  server = await startServer(join(folder.path, 'data'), {
    DATABASE_URL: database.url,
    MEDIAFLOW_API_KEYS: 'a key of more than sixteen characters',
  });
});
afterAll(async () => {
  await server.stop();
  await database.drop();
  folder.remove();
  expect(server.errors).toEqual([]);
});

test('lists that take long are given up, and neither playing nor operators wait behind them', async () => {
  const holder = await database.pool.connect();
  try {
    await holder.query('begin');
    await holder.query('lock table media_renditions in access exclusive mode');
    await database.pool.query(
      `insert into media_library (media_id, status, title, created_at, updated_at)
       select 'm' || n, 'published', 'film', now(), now() from generate_series(1, 10) as n`,
    );
    const lists = Array.from({ length: 40 }, (_, index) => fetch(at(`/v1/media?limit=${index + 1}`)));
    const startedAt = performance.now();
    await expectProblem(fetch(at('/v1/media/m1/poster.jpg')), 404, 'poster_not_found');
    await expectProblem(fetch(at('/v1/media/m1/preview.gif')), 404, 'preview_gif_not_found');
    const operator = { headers: { authorization: 'Bearer a key of more than sixteen characters' } };
    expect((await fetch(at('/v1/jobs'), operator)).status).toBe(200);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    const answers = await Promise.all(lists);
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 503));
    const codes = answers.map(async (answer) => ((await answer.json()) as ProblemBody).code);
    expect(await Promise.all(codes)).toContain('query_took_too_long');
  } finally {
    await holder.query('rollback');
    holder.release();
  }
  expect((await fetch(at('/v1/media'))).status).toBe(200);
}, 30_000);

test('of many who ask for the readiness at once, one has the dependencies looked at', async () => {
  let looks = 0;
  const health = fastify();
  healthRoutes(health, {
    roles: ['query'],
    checks: {
      async database() {
        looks++;
        return { status: 'ok' };
      },
    },
    access: createAccess([]),
  });
  const answers = await Promise.all(Array.from({ length: 200 }, () => health.inject('/health/ready')));
  expect(answers.every(({ statusCode }) => statusCode === 200)).toBe(true);
  expect(looks).toBe(1);
  await health.close();
});
