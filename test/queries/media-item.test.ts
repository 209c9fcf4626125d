import { expect, test } from 'vitest';
import { toPublicItem } from '../../src/queries/media-item.js';

const item = {
  title: 'Clip',
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

test('the public is told neither how an item was made nor who decided about it', () => {
  expect(toPublicItem(item)).toEqual({
    ...item,
    steps: [],
    failure: null,
    moderation: { ...item.moderation, by: 'reviewer' },
  });
});
