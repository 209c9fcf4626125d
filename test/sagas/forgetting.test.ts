import { expect, test } from 'vitest';
import { jobPayloads } from '../../src/domain/jobs.js';
import type { ViewerEvent } from '../../src/domain/viewer/viewer.js';
import { forgetting } from '../../src/sagas/forgetting.js';
import { reactionTo } from '../kit/run-saga.js';

const forgotten: ViewerEvent = { type: 'ViewerForgotten', data: { userId: 'v1' } };

test('a viewer who was forgotten becomes a job that sees to it, and that is all', () => {
  const outputs = reactionTo(forgetting, [forgotten]);
  expect(outputs).toEqual([
    { run: { kind: 'forget', key: 'v1', payload: { userId: 'v1' } } },
    { complete: true },
  ]);
  const [first] = outputs;
  expect(first && 'run' in first && jobPayloads.forget.strict().safeParse(first.run.payload).error).toBe(
    undefined,
  );
});

test('every viewer is a process of its own', () => {
  expect(forgetting.correlate.ViewerForgotten?.(forgotten as never)).toBe('v1');
});
