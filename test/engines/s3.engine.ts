import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { engine } from '../support/engines.js';

let s3: S3Client;
let place: { readonly Bucket: string; readonly Key: string };
beforeAll(() => {
  const { S3_ENDPOINT, S3_BUCKET, AWS_REGION, ...keys } = engine('s3');
  s3 = new S3Client({
    endpoint: S3_ENDPOINT,
    region: AWS_REGION,
    forcePathStyle: true,
    credentials: { accessKeyId: keys.AWS_ACCESS_KEY_ID, secretAccessKey: keys.AWS_SECRET_ACCESS_KEY },
  });
  place = { Bucket: S3_BUCKET, Key: `smoke/${randomUUID()}` };
});
afterAll(() => s3?.destroy());

it('the bucket takes an object whose SHA-256 is right, and gives it back in ranges', async () => {
  const body = randomBytes(100_000);
  const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('base64');
  const wrong = { ...place, Body: body, ChecksumSHA256: sha256(body.subarray(1)) };
  await expect(s3.send(new PutObjectCommand(wrong))).rejects.toMatchObject({ name: 'BadDigest' });
  await s3.send(
    new PutObjectCommand({ ...place, Body: body, ChecksumSHA256: sha256(body), IfNoneMatch: '*' }),
  );
  const { Body } = await s3.send(new GetObjectCommand({ ...place, Range: 'bytes=500-999' }));
  expect(await Body?.transformToByteArray()).toEqual(new Uint8Array(body.subarray(500, 1000)));
  await s3.send(new DeleteObjectCommand(place));
  await expect(s3.send(new GetObjectCommand(place))).rejects.toMatchObject({ name: 'NoSuchKey' });
});
