import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { createPostgresUploadLedger } from '../../../src/adapters/postgres/upload-ledger.js';
import { NO_REQUEST } from '../../../src/core/request-origin.js';
import type { UploadRecord } from '../../../src/core/upload-ledger.js';
import { createTestDatabase } from '../../support/database.js';

const database = await createTestDatabase();
const ledger = createPostgresUploadLedger(database.pool);
afterAll(() => database.drop());
beforeEach(() => database.pool.query('delete from uploads'));

const anUpload = (changes: Partial<UploadRecord> = {}): UploadRecord => ({
  id: randomUUID(),
  kind: 'whole',
  state: 'open',
  actor: 'operator',
  ...NO_REQUEST,
  lengthBytes: 5_000_000_000,
  metadata: 'title YQ==',
  parts: [],
  concatAsSent: null,
  joinedInto: null,
  declaredSha256: null,
  sha256: null,
  uncheckedFromBytes: null,
  reason: null,
  createdAt: '2026-01-01T00:00:00.000Z',
  expiresAt: '2026-01-02T00:00:00.000Z',
  ...changes,
});

test('an upload is found as it was kept, lengths beyond 32 bits included', async () => {
  const full = anUpload({
    kind: 'final',
    state: 'closed',
    actor: 'key-01234567',
    ...{ tenantId: 'acme', traceparent: '00-trace' },
    parts: [randomUUID(), randomUUID()],
    concatAsSent: 'final;/v1/uploads/a  /v1/uploads/b',
    joinedInto: randomUUID(),
    declaredSha256: 'a'.repeat(64),
    sha256: 'b'.repeat(64),
    uncheckedFromBytes: 4_999_999_999,
    reason: { code: 'checksum_mismatch', message: 'Ünequal' },
  });
  expect(await ledger.create(full)).toEqual(full);
  expect(await ledger.find(full.id)).toEqual(full);
  const bare = anUpload({ lengthBytes: null });
  await ledger.create(bare);
  expect(await ledger.find(bare.id)).toEqual(bare);
  expect(await ledger.find(randomUUID())).toBeUndefined();
});

test('creating one that is there gives the one that is there', async () => {
  const first = await ledger.create(anUpload());
  expect(await ledger.create(anUpload({ id: first.id, lengthBytes: 1 }))).toEqual(first);
});

test('of two final uploads at the same time one gets their common part, the other nothing', async () => {
  const parts = await Promise.all([1, 2, 3].map(() => ledger.create(anUpload({ kind: 'partial' }))));
  const [a = '', b = '', c = ''] = parts.map(({ id }) => id);
  const finals = [
    [a, b, a],
    [b, c],
  ].map((ids) => anUpload({ kind: 'final', parts: ids }));
  const created = await Promise.all(finals.map((final) => ledger.createFinal(final)));
  const [winner] = created.filter((final) => final !== undefined);
  expect(finals).toContainEqual(winner);
  expect(created).toContain(undefined);
  const claims = await Promise.all(parts.map(async ({ id }) => (await ledger.find(id))?.joinedInto));
  expect(claims).toEqual([a, b, c].map((id) => (winner?.parts.includes(id) ? winner.id : null)));
  expect(await ledger.change(b, 'open', { state: 'closing' })).toBeUndefined();
  expect(winner && (await ledger.createFinal(winner))).toEqual(winner);
  const missing = anUpload({ kind: 'final', parts: [winner === created[0] ? c : a, randomUUID()] });
  expect(await ledger.createFinal(missing)).toBeUndefined();
  expect((await ledger.find(missing.parts[0] ?? ''))?.joinedInto).toBeNull();
});

test('of two changes from the same state one wins', async () => {
  const upload = await ledger.create(anUpload());
  const reason = { code: 'upload_terminated', message: 'Given up' };
  const results = await Promise.all([
    ledger.change(upload.id, 'open', { state: 'completed', sha256: 'c'.repeat(64) }),
    ledger.change(upload.id, 'open', { state: 'closing', reason }),
  ]);
  expect(results.filter((result) => result === undefined)).toHaveLength(1);
  expect(await ledger.find(upload.id)).toEqual(results.find((result) => result !== undefined));
});

test('a change can set a field back to nothing', async () => {
  const upload = await ledger.create(anUpload({ uncheckedFromBytes: 3 }));
  const changed = await ledger.change(upload.id, 'open', { uncheckedFromBytes: null });
  expect(changed).toEqual({ ...upload, uncheckedFromBytes: null });
});

test('unfinished ones are the open and closing ones, oldest first', async () => {
  const [second, first] = [
    await ledger.create(anUpload({ createdAt: '2026-01-01T00:00:02.000Z', lengthBytes: 10 })),
    await ledger.create(anUpload({ createdAt: '2026-01-01T00:00:01.000Z', state: 'closing' })),
  ];
  await ledger.create(anUpload({ state: 'completed' }));
  await ledger.create(anUpload({ state: 'closed' }));
  expect(await ledger.unfinished()).toEqual([first, second]);
});

test('only finished ones whose time is over are forgotten', async () => {
  const open = await ledger.create(anUpload());
  const closed = await ledger.create(anUpload({ state: 'closed' }));
  const completed = await ledger.create(
    anUpload({ state: 'completed', expiresAt: '2026-02-01T00:00:00.000Z' }),
  );
  expect(await ledger.forgetFinished('2026-01-15T00:00:00.000Z')).toBe(1);
  expect(await ledger.find(closed.id)).toBeUndefined();
  expect(await ledger.find(open.id)).toEqual(open);
  expect(await ledger.find(completed.id)).toEqual(completed);
  await ledger.remove(open.id);
  await ledger.remove(open.id);
  expect(await ledger.find(open.id)).toBeUndefined();
});

test('a database that cannot be reached is told as something to wait for', async () => {
  const pool = new pg.Pool({ host: '127.0.0.1', port: 1 });
  await expect(createPostgresUploadLedger(pool).find(randomUUID())).rejects.toMatchObject({
    kind: 'unavailable',
    code: 'upload_ledger_unavailable',
  });
  await pool.end();
});
