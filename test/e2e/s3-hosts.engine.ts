import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { engine } from '../support/engines.js';
import { isSettled, waitForItem } from './support/client.js';
import { createFleet, type Fleet } from './support/fleet.js';
import { makeClip } from './support/media-files.js';
import { createTusUpload, sendTusBytes, tusStatus } from './support/tus.js';

const folder = mkdtempSync(join(tmpdir(), 'mediaflow-e2e-hosts-'));
let database: TestDatabase;
const hosts: Fleet[] = [];
let one: string;
let other: string;
let bytes: Buffer;

/** Two hosts: data folders of their own, one database and one bucket. */
beforeAll(async () => {
  database = await createTestDatabase();
  bytes = readFileSync(await makeClip(join(folder, 'clip.mp4'), 6));
  const environment = {
    ...{ ...engine('s3'), S3_PREFIX: `e2e-${randomUUID()}/` },
    ...{ DATABASE_URL: database.url, MEDIAFLOW_DELIVERY: 'redirect' },
  };
  for (const name of ['host-1', 'host-2']) {
    const fleet = createFleet(join(folder, name), environment);
    hosts.push(fleet);
    await fleet.start('api', 'command,query');
  }
  await hosts[0]?.start('rest', 'projector,saga');
  await hosts[1]?.start('worker', 'worker');
  [one = '', other = ''] = hosts.map((fleet) => fleet.url('api'));
});
afterAll(async () => {
  for (const fleet of hosts) await fleet.killAll();
  await database?.drop();
  rmSync(folder, { recursive: true, force: true });
});

const cut = (index: number) => Math.floor((bytes.length * index) / 4);

test('an upload goes on at whatever host its client comes to, also when the one that had it is killed while it writes', async () => {
  const created = new URL(await createTusUpload(one, bytes.length, 'clip.mp4'), one).pathname;
  const send = (url: string, index: number) =>
    sendTusBytes(url, created, cut(index), bytes.subarray(cut(index), cut(index + 1)));
  expect(await send(one, 0)).toEqual({ status: 204, offset: cut(1) });
  expect(await send(other, 1)).toEqual({ status: 204, offset: cut(2) });
  expect(await tusStatus(one, created)).toEqual({ status: 200, offset: cut(2) });

  const neverEnding = fetch(new URL(created, one), {
    method: 'PATCH',
    headers: {
      'tus-resumable': '1.0.0',
      'upload-offset': String(cut(2)),
      'content-type': 'application/offset+octet-stream',
    },
    body: new ReadableStream({
      pull(controller) {
        controller.enqueue(new Uint8Array(bytes.subarray(cut(2), cut(2) + 1000)));
        return new Promise(() => {});
      },
    }),
    duplex: 'half',
  } as RequestInit).catch(() => 'cut off');
  const mediaId = created.split('/').at(-1) ?? '';
  const isLocked = async () =>
    (await database.pool.query('select from locks where key = $1', [mediaId])).rowCount === 1;
  await expect.poll(isLocked).toBe(true);
  expect(await send(other, 2)).toMatchObject({ status: 423 });
  await hosts[0]?.kill('api');
  expect(await neverEnding).toBe('cut off');

  // The lock of who is gone lapses.
  const goOn = async () => {
    const { offset } = await tusStatus(other, created);
    return (await sendTusBytes(other, created, offset, bytes.subarray(offset))).status;
  };
  await expect.poll(goOn, { timeout: 40_000, interval: 500 }).toBe(204);
  const item = await waitForItem(other, mediaId, isSettled);
  expect(item.steps.filter(({ status }) => status !== 'completed')).toEqual([]);
  const original = await fetch(`${other}/v1/media/${mediaId}/original`, { redirect: 'manual' });
  if (item.status === 'published') {
    expect(original.status).toBe(302);
    const stored = await fetch(original.headers.get('location') ?? '');
    expect(Buffer.from(await stored.arrayBuffer()).equals(bytes)).toBe(true);
  } else expect(original.status).toBe(404);
}, 180_000);
