import { describe, expect, test } from 'vitest';
import { promotedModel, requestedModel, trainedFacts, trainedModel } from '../../kit/model-events.js';
import type { ViewsUnderTest } from './views-under-test.js';

export function modelsReading(views: () => ViewsUnderTest): void {
  const reader = () => views().readers.models;
  const inUse = (modelId: string) => [
    ...[requestedModel(modelId), trainedModel(modelId), promotedModel(modelId)],
  ];

  describe('models', () => {
    test('a model waits until it is trained, and is in use once it is promoted', async () => {
      await views().tell([requestedModel('a', { source: 'history', reason: 'first' })]);
      expect(await reader().find('a')).toMatchObject({
        ...{ modelId: 'a', name: 'recommender', status: 'queued', source: 'history', reason: 'first' },
        ...{ historyRead: null, failure: null, trained: null, promoted: null, isCurrent: false },
        requestedAt: expect.stringMatching(/Z$/),
      });
      await views().tell([
        { type: 'ModelHistoryRead', data: { modelId: 'a', events: 7, position: '0007' } },
        trainedModel('a'),
      ]);
      const { modelId, ...facts } = trainedFacts('a');
      expect(await reader().find('a')).toMatchObject({
        ...{ status: 'trained', historyRead: { events: 7, position: '0007' }, trained: facts },
        ...{ promoted: null, isCurrent: false },
      });
      expect(await reader().current('recommender')).toBeUndefined();
      await views().tell([promotedModel('a')]);
      const { blobKey, sha256 } = facts;
      expect(await reader().current('recommender')).toEqual({ modelId, blobKey, sha256 });
      expect(await reader().find('a')).toMatchObject({
        ...{ isCurrent: true, promoted: { because: 'trained', isAutomatic: true } },
      });
      expect(await reader().find('nothing')).toBeUndefined();
    });

    test('the one in use is whichever was promoted last, and the one before it the one trained before', async () => {
      await views().tell([...inUse('a'), ...inUse('b'), requestedModel('unused'), trainedModel('unused')]);
      await views().tell(inUse('c'));
      expect(await reader().beforeCurrent('recommender')).toMatchObject({ modelId: 'b' });
      await views().tell([promotedModel('b', { reason: 'rolled-back', isAutomatic: false })]);
      expect(await reader().current('recommender')).toMatchObject({ modelId: 'b' });
      expect(await reader().beforeCurrent('recommender')).toMatchObject({ modelId: 'a' });
      const newest = await reader().newest('recommender', 3);
      expect(newest.map(({ modelId, isCurrent }) => [modelId, isCurrent])).toEqual([
        ...[['c', false] as const, ['unused', false] as const, ['b', true] as const],
      ]);
    });

    test('what is retired is in use no more, and what failed says why', async () => {
      await views().tell([...inUse('a'), ...inUse('b'), requestedModel('c')]);
      await views().tell([{ type: 'ModelRetired', data: { modelId: 'a' } }]);
      expect(await reader().beforeCurrent('recommender')).toBeUndefined();
      await views().tell([
        { type: 'ModelTrainingFailed', data: { modelId: 'c', code: 'training_failed', message: 'Why.' } },
      ]);
      expect(await reader().find('c')).toMatchObject({
        ...{ status: 'failed', failure: { code: 'training_failed', message: 'Why.' } },
      });
      expect(await reader().current('another')).toBeUndefined();
    });
  });
}
