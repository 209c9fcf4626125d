import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { getJson } from '../../e2e/support/client.js';
import { createTusUpload, form, mediaIdOf, patchTus, sendForm, textPart } from './support/client.js';
import { startServer, type TestServer, temporaryFolder } from './support/server.js';

const KEYS = ['the first of two operator keys', 'the second of two operator keys'] as const;
const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
/** As history names the holder of a key. */
const nameOf = (key: string) => `key-${createHash('sha256').update(key).digest('hex').slice(0, 8)}`;

const folder = temporaryFolder();
let server: TestServer;
beforeAll(async () => {
  server = await startServer(join(folder.path, 'data'), { MEDIAFLOW_API_KEYS: KEYS.join() });
});
afterAll(async () => {
  await server.stop();
  folder.remove();
});

interface Told {
  readonly type: string;
  readonly data: { readonly mediaId: string };
  readonly metadata: { readonly actor: string };
}
const actorsOf = async (mediaId: string, ...types: string[]) => {
  const url = `${server.url}/v1/events?limit=1000&type=${types.join()}`;
  const { items } = await getJson<{ items: Told[] }>(url, bearer(KEYS[0]));
  return items.filter(({ data }) => data.mediaId === mediaId).map(({ metadata }) => metadata.actor);
};

async function sendByTus(key: string, content: string): Promise<string> {
  const headers = { ...bearer(key), 'idempotency-key': '1' };
  const address = await createTusUpload(server.url, content.length, {}, headers);
  await patchTus(address, 0, Buffer.from(content), bearer(key));
  return address.split('/').at(-1) ?? '';
}

const sendAsForm = async (key: string, content: string) =>
  mediaIdOf(await sendForm(server.url, form(textPart(content)), { ...bearer(key), 'idempotency-key': '1' }));

test.each([
  ['tus', sendByTus],
  ['a form', sendAsForm],
])("what comes by %s is told in the name of its caller, whose keys are nobody else's", async (_, send) => {
  const [first, second] = [await send(KEYS[0], 'one'), await send(KEYS[1], 'two')];
  expect(second).not.toBe(first);
  for (const [mediaId, key] of [
    [first, KEYS[0]],
    [second, KEYS[1]],
  ] as const)
    expect(await actorsOf(mediaId, 'MediaRegistered', 'MediaUploaded')).toEqual([nameOf(key), nameOf(key)]);
});
