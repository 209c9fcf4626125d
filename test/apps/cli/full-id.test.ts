import { expect, test } from 'vitest';
import type { Client } from '../../../src/apps/cli/client.js';
import { fullMediaId } from '../../../src/apps/cli/full-id.js';

const IDS = ['0a1b2c3d-0000-8000-8000-000000000001', '0a1b2c3d-0000-8000-8000-000000000002'];

const client = {
  async listMedia({ idPrefix = '' }) {
    return { items: IDS.filter((id) => id.startsWith(idPrefix)).map((id) => ({ id })), nextCursor: null };
  },
} as unknown as Client;

test('a whole id, and the beginning of one alone, is that id', async () => {
  const [first, second] = IDS as [string, string];
  const other = {
    listMedia: async () => ({ items: [{ id: second }], nextCursor: null }),
  } as unknown as Client;
  expect(await fullMediaId(other, first)).toBe(first);
  expect(await fullMediaId(other, '0A1B2C3D-')).toBe(second);
});

test('what cannot be an id is asked for as it is', async () => {
  expect(await fullMediaId(client, 'nothing')).toBe('nothing');
});

test.each([
  ['0a1b2c3d', 'id_ambiguous', IDS[1]],
  ['0a1b2c3d-1', 'media_not_found', '0a1b2c3d-1'],
  ['0a1b2c3', 'id_too_short', '8 characters'],
])('%s is told as what it is', async (given, code, said) => {
  await expect(fullMediaId(client, given)).rejects.toMatchObject({
    code,
    message: expect.stringContaining(said as string),
  });
});
