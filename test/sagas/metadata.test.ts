import { expect, test } from 'vitest';
import { jobPayloads } from '../../src/domain/jobs.js';
import { metadata } from '../../src/sagas/metadata.js';
import { reactionTo } from '../kit/run-saga.js';

test('suggestions that are asked for become a job, one after another of the same item, told nothing that people wrote', () => {
  const payload = { mediaId: 'm1', requestId: 'r1' };
  expect(reactionTo(metadata, [{ type: 'MetadataRequested', data: payload }])).toEqual([
    { run: { kind: 'metadata', key: 'm1', payload } },
    { complete: true },
  ]);
  expect(jobPayloads.metadata.strict().safeParse(payload).error).toBeUndefined();
});
