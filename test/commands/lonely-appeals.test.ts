import { expect, test } from 'vitest';
import { moderationCommands } from '../../src/commands/moderation.js';
import { DEFAULT_MODERATION_POLICY } from '../../src/domain/media/moderation-policy-document.js';

test.each([
  [['operator'], 'Give the server two keys in MEDIAFLOW_API_KEYS'],
  [[], null],
])(
  'an appeal against a decision of %j on a server without keys says who may decide on it',
  async (deciders, said) => {
    const [appeal] = moderationCommands({
      execute: async () => ({ stream: 'media-m1', position: '7', eventTypes: ['MediaAppealed'] }),
      now: () => '2026-11-21T09:30:00.000Z',
      policy: DEFAULT_MODERATION_POLICY,
      reviewers: ['operator'],
      decidersOf: async () => deciders,
    }).filter(({ path }) => path.endsWith('/appeal'));
    const request = { params: { id: 'm1' }, body: { text: 'It is ours' }, actor: 'operator', origin: {} };
    const answer = await appeal?.handle(request as never);
    expect(answer?.body).toMatchObject({ hindrance: said === null ? null : expect.stringContaining(said) });
  },
);
