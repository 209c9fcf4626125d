import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { expect, test } from 'vitest';
import { createPostgresAttemptClaims } from '../../../src/adapters/postgres/attempt-claims.js';
import { attemptClaimsContract } from '../../contracts/attempt-claims.contract.js';
import { createTestDatabase } from '../../support/database.js';

const retention = { retentionSeconds: 86_400 };
const delivery = () => ({ jobId: randomUUID(), attempt: 1, deliveryId: randomUUID() });

attemptClaimsContract('PostgreSQL', async () => {
  const database = await createTestDatabase();
  return {
    open: async () => createPostgresAttemptClaims(database.pool, retention),
    destroy: () => database.drop(),
  };
});

test('what is older than it has to be kept is forgotten by and by, and nothing else', async () => {
  const { pool, drop } = await createTestDatabase();
  const claims = createPostgresAttemptClaims(pool, retention);
  const [old, young] = [delivery(), delivery()];
  await claims.claim(old);
  await pool.query(`update attempt_claims set claimed_at = now() - interval '2 days'`);
  expect(await claims.claim({ ...old, deliveryId: randomUUID() })).toBe(false);
  await claims.claim(young);
  const { rows } = await pool.query('select job_id from attempt_claims');
  expect(rows).toEqual([{ job_id: young.jobId }]);
  await drop();
});

test('a database that cannot be reached is told as something to wait for', async () => {
  const claims = createPostgresAttemptClaims(new pg.Pool({ host: '127.0.0.1', port: 1 }), retention);
  await expect(claims.claim(delivery())).rejects.toMatchObject({
    ...{ kind: 'unavailable', code: 'attempt_claims_unavailable' },
  });
});
