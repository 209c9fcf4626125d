import * as commands from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { createPresignedAddresses } from '../../../src/adapters/s3/presigned-addresses.js';

const headers = { contentType: 'video/mp4', cacheControl: 'private' };

async function addressesOf(expiration?: Date) {
  const client = new commands.S3Client({
    region: 'us-east-1',
    credentials: {
      accessKeyId: 'a-key',
      secretAccessKey: 'a-secret',
      sessionToken: 'a-session',
      ...(expiration && { expiration }),
    },
  });
  return createPresignedAddresses({ client, commands, bucket: 'a-bucket', prefix: '' });
}

const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000);

test('an address is given out for half of the time it is good for', async () => {
  const addressOf = await addressesOf();
  const { url, validSeconds } = await addressOf('a/segment', headers);
  expect(new URL(url).searchParams.get('X-Amz-Expires')).toBe('600');
  expect(validSeconds).toBe(300);
  expect(await addressOf('a/segment', headers)).toEqual({ url, validSeconds });
});

test('an address is good for no longer than the keys that sign it', async () => {
  const { url, validSeconds } = await (await addressesOf(inSeconds(120.9)))('a/segment', headers);
  expect(new URL(url).searchParams.get('X-Amz-Expires')).toBe('120');
  expect(validSeconds).toBe(60);
});

test('keys that have run out make no address that is kept', async () => {
  const { validSeconds } = await (await addressesOf(inSeconds(-5)))('a/segment', headers);
  expect(validSeconds).toBe(0);
});
