import { expect, test } from 'vitest';
import { moderationCommands } from '../../src/commands/moderation.js';
import { DEFAULT_MODERATION_POLICY } from '../../src/domain/media/moderation-policy-document.js';

const appealWhere = async (decidersOf: () => Promise<readonly string[]>) => {
  const [appeal] = moderationCommands({
    execute: async () => ({ stream: 'media-m1', position: '7', eventTypes: ['MediaAppealed'] }),
    now: () => '2026-11-21T09:30:00.000Z',
    policy: DEFAULT_MODERATION_POLICY,
    reviewers: ['operator'],
    decidersOf,
  }).filter(({ path }) => path.endsWith('/appeal'));
  const request = { params: { id: 'm1' }, body: { text: 'It is ours' }, actor: 'operator', origin: {} };
  return appeal?.handle(request as never);
};

test.each([
  [['operator'], 'Give the server two keys in MEDIAFLOW_API_KEYS'],
  [[], null],
])(
  'an appeal against a decision of %j on a server without keys says who may decide on it',
  async (deciders, said) => {
    const answer = await appealWhere(async () => deciders);
    expect(answer?.body).toMatchObject({ hindrance: said === null ? null : expect.stringContaining(said) });
  },
);

test('an appeal that is kept is accepted, whether or not it can be told who may decide on it', async () => {
  const answer = await appealWhere(() => Promise.reject(new Error('The database is away')));
  expect(answer).toMatchObject({ status: 202, body: { mediaId: 'm1', hindrance: null } });
});
