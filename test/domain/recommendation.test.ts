import { describe, expect, test } from 'vitest';
import {
  type RecommendationCommand,
  type RecommendationEvent,
  recommendation,
} from '../../src/domain/recommendation/recommendation.js';
import { type Specification, verify } from '../kit/given-when-then.js';

type Spec = Specification<RecommendationCommand, RecommendationEvent>;

const who = { requestId: 'r1', userId: 'u1' };
const request = { ...who, genre: null, limit: 10 };
const list = {
  ...who,
  ranking: { name: 'popularity', version: '1' },
  items: [{ mediaId: 'm1', score: 0.5, reason: 'Popular now' }],
};
const failure = { ...who, code: 'view_unavailable', message: 'no' };

const requested: RecommendationEvent = { type: 'RecommendationRequested', data: request };
const generated: RecommendationEvent = { type: 'RecommendationGenerated', data: list };
const failed: RecommendationEvent = { type: 'RecommendationFailed', data: failure };
const ask: RecommendationCommand = { type: 'RequestRecommendation', data: request };
const answer: RecommendationCommand = { type: 'RecordRecommendation', data: list };
const attempt = { ...failure, attempt: 1, retryAt: '2026-11-21T09:30:02.000Z' };
const tryLater: RecommendationCommand = { type: 'FailRecommendationAttempt', data: attempt };
const triedInVain: RecommendationEvent = { type: 'RecommendationAttemptFailed', data: attempt };
const giveUp: RecommendationCommand = { type: 'FailRecommendation', data: failure };

const specifications: Spec[] = [
  { name: 'a request is recorded', given: [], when: ask, then: [requested] },
  {
    name: 'a request is made once',
    given: [requested],
    when: ask,
    then: { refusedWith: 'request_exists' },
  },
  { name: 'a request is answered with a list', given: [requested], when: answer, then: [generated] },
  { name: 'the first answer stands', given: [requested, generated], when: answer, then: [] },
  { name: 'a request may fail', given: [requested], when: giveUp, then: [failed] },
  { name: 'an answered request cannot fail any more', given: [requested, generated], when: giveUp, then: [] },
  { name: 'an attempt may fail', given: [requested], when: tryLater, then: [triedInVain] },
  {
    name: 'a request may be answered after attempts that failed',
    given: [requested, triedInVain, triedInVain],
    when: answer,
    then: [generated],
  },
  {
    name: 'what is answered has no attempts any more',
    given: [requested, generated],
    when: tryLater,
    then: [],
  },
  { name: 'a request fails once', given: [requested, failed], when: giveUp, then: [] },
  {
    name: 'a replayed job may still answer a request that failed',
    given: [requested, failed],
    when: answer,
    then: [generated],
  },
  {
    name: 'an answer that nobody asked for is refused',
    given: [],
    when: answer,
    then: { refusedWith: 'request_not_found' },
  },
  {
    name: 'a failure that nobody asked for is refused',
    given: [],
    when: giveUp,
    then: { refusedWith: 'request_not_found' },
  },
];

describe('recommendation', () => {
  test.each(specifications)('$name', (specification) => verify(recommendation.decider, specification));

  test('every request has a stream of its own', () => {
    expect(recommendation.streamOf(ask)).toBe('recommendation-r1');
  });
});
