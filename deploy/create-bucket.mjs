// Makes the bucket that S3_BUCKET names, for servers where nobody else does. One that is there already is left as it is.
import {
  BucketAlreadyOwnedByYou,
  CreateBucketCommand,
  HeadBucketCommand,
  S3Client,
} from '@aws-sdk/client-s3';

const { S3_ENDPOINT: endpoint, S3_BUCKET: Bucket } = process.env;
if (!Bucket) throw new Error('S3_BUCKET says which bucket');
const client = new S3Client({ ...(endpoint && { endpoint, forcePathStyle: true }) });
const isThere = await client.send(new HeadBucketCommand({ Bucket })).then(
  () => true,
  (error) => {
    if (error.$metadata?.httpStatusCode === 404) return false;
    throw error;
  },
);
if (!isThere)
  await client.send(new CreateBucketCommand({ Bucket })).catch((error) => {
    if (!(error instanceof BucketAlreadyOwnedByYou)) throw error;
  });
process.stdout.write(`${isThere ? 'found' : 'made'} ${Bucket}\n`);
