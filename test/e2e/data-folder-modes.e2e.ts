import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { toolAccount } from '../../src/sandbox/account.js';
import { isSettled, upload, waitForItem } from './support/client.js';
import { makeClip } from './support/media-files.js';
import { type Product, startProduct } from './support/product.js';

const folder = mkdtempSync(join(tmpdir(), 'mediaflow-modes-'));
const data = join(folder, 'data');
let product: Product | undefined;

beforeAll(() => {
  // As an earlier release left them.
  for (const name of ['blobs/objects/media/a/original', 'blobs/growing/uploads/b', 'mediaflow.lock']) {
    mkdirSync(dirname(join(data, name)), { recursive: true });
    writeFileSync(join(data, name), '');
    chmodSync(join(data, name), 0o644);
  }
  mkdirSync(join(data, 'work'));
  const folders = readdirSync(data, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  );
  for (const { parentPath, name } of folders) chmodSync(join(parentPath, name), 0o755);
  chmodSync(data, 0o755);
});
afterAll(async () => {
  await product?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** What is in the data folder beside PostgreSQL's own. */
const paths = () =>
  readdirSync(data, { recursive: true, encoding: 'utf8' }).filter((name) => !/^postgres(\/|$)/.test(name));

/** What another user of the machine may read, write or pass, with its mode. */
const openToOthers = () =>
  paths().flatMap((name) => {
    const { mode, gid } = lstatSync(join(data, name), { throwIfNoEntry: false }) ?? { mode: 0, gid: 0 };
    // A group that nobody is in but tools may read what was lent to one.
    const open = mode & (gid === toolAccount.gid ? 0o037 : 0o077);
    return open === 0 ? [] : [`${name} ${(mode & 0o777).toString(8)}`];
  });

test('no other user reads what the server and its tools write, nor what an earlier release left open', async () => {
  product = await startProduct(data);
  const { url } = product;
  const begun = await fetch(`${url}/v1/uploads`, {
    method: 'POST',
    headers: {
      'tus-resumable': '1.0.0',
      'upload-length': '100',
      'content-type': 'application/offset+octet-stream',
    },
    body: 'the first bytes',
  });
  expect(begun.status).toBe(201);
  const { mediaId } = await upload(url, await makeClip(join(folder, 'clip.mp4'), 2), 'Test pattern');
  await waitForItem(url, mediaId, isSettled);
  expect(openToOthers()).toEqual([]);
  const beginnings = paths().map((name) => /^work\/|^blobs\/growing\/|\.m3u8$|\.jpg$/.exec(name)?.[0]);
  expect([...new Set(beginnings)].filter(Boolean)).toHaveLength(4);
  expect(statSync(data).mode & 0o777).toBe(0o755);
});
