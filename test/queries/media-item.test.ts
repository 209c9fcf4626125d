import { expect, test } from 'vitest';
import { toPublicItem } from '../../src/queries/media-item.js';

const item = {
  title: 'Clip',
  filename: 'Mrs Miller, ward 3.mp4',
  sha256: 'ab',
  duplicateOf: 'm0',
  leftOut: [{ streamIndex: 2, kind: 'audio', codec: 'tta', reason: 'codec_not_taken' }],
  steps: [{ step: 'tag', status: 'failed', error: { code: 'internal', message: 'ENOENT /srv/data' } }],
  failure: { step: 'tag', code: 'internal', message: 'ENOENT /srv/data' },
  moderation: {
    outcome: 'approved',
    by: 'key-1a2b3c4d',
    rule: 'reviewed',
    explanation: 'fine',
    decidedAt: 't',
  },
} as unknown as Parameters<typeof toPublicItem>[0];

test('the public is told neither of the file, nor how an item was made, nor why it was allowed', () => {
  expect(toPublicItem(item)).toEqual({
    title: 'Clip',
    filename: '',
    sha256: null,
    duplicateOf: null,
    leftOut: [],
    steps: [],
    expectedEndAt: null,
    failure: null,
    moderation: null,
  });
});
