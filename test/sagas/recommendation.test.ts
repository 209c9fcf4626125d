import { describe, expect, test } from 'vitest';
import { positionAt } from '../../src/core/numbered-position.js';
import { jobPayloads } from '../../src/domain/jobs.js';
import type { RecommendationEvent } from '../../src/domain/recommendation/recommendation.js';
import { recommendation } from '../../src/sagas/recommendation.js';
import { reactionTo } from '../kit/run-saga.js';

const requested = (genre: string | null): RecommendationEvent => ({
  type: 'RecommendationRequested',
  data: { requestId: 'r1', userId: 'u1', genre, limit: 10 },
});

describe('recommendation', () => {
  test.each([null, 'comedy'])(
    'a request (genre %s) becomes a job in its viewer’s turn that knows what lies before it, and that is all',
    (genre) => {
      const outputs = reactionTo(recommendation, [requested(genre)]);
      expect(outputs).toEqual([
        {
          run: {
            kind: 'recommend',
            key: 'u1',
            payload: { requestId: 'r1', userId: 'u1', genre, limit: 10, position: positionAt(1) },
          },
        },
        { complete: true },
      ]);
      const [first] = outputs;
      expect(
        first && 'run' in first && jobPayloads.recommend.strict().safeParse(first.run.payload).error,
      ).toBe(undefined);
    },
  );

  test('a job is told the type that was asked for', () => {
    const asked = requested(null);
    const outputs = reactionTo(recommendation, [
      { ...asked, data: { ...asked.data, type: 'audio' } } as typeof asked,
    ]);
    expect(outputs[0]).toMatchObject({ run: { payload: { type: 'audio' } } });
  });

  test('every request is a process of its own', () => {
    expect(recommendation.correlate.RecommendationRequested?.(requested(null) as never)).toBe('r1');
  });

  test('the answer is not its business', () => {
    const failed: RecommendationEvent = {
      type: 'RecommendationFailed',
      data: { requestId: 'r1', userId: 'u1', code: 'c', message: 'm' },
    };
    expect(reactionTo(recommendation, [requested(null), failed])).toEqual([]);
  });
});
