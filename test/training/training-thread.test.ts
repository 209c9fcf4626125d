import { afterEach, describe, expect, test } from 'vitest';
import { sha256Of } from '../../src/core/bytes-hash.js';
import { modelFromBlob } from '../../src/recommender/model-blob.js';
import { packHistory } from '../../src/recommender/packed-history.js';
import { MODEL_PARAMETERS } from '../../src/recommender/parameters.js';
import { trainToBlob } from '../../src/recommender/train-to-blob.js';
import { createTrainingThread } from '../../src/training/training-thread.js';
import { twoGroups } from '../recommender/histories.js';

const order = (isEvaluated = false) => ({
  name: 'recommender' as const,
  history: packHistory(twoGroups(60)),
  ...{ position: '0042', parameters: MODEL_PARAMETERS, seed: 1, isEvaluated },
});
const never = new AbortController().signal;
const scripted = (script: string) => new URL(`data:text/javascript,${encodeURIComponent(script)}`);

let trainer = createTrainingThread();
afterEach(async () => {
  await trainer.close();
  trainer = createTrainingThread();
});

describe('the thread that trains', () => {
  test('gives the very model that is trained without it, with figures of how good lists of it are', async () => {
    const here = trainToBlob(order(true));
    const there = await trainer.train(order(true), never);
    expect(sha256Of(there.blob)).toBe(sha256Of(here.blob));
    expect({ ...there, blob: null }).toEqual({ ...here, blob: null });
    expect(there.evaluation?.ndcgAt10).toBeGreaterThan(there.evaluation?.popularityNdcgAt10 ?? 1);
    expect(modelFromBlob(there.blob).version.position).toBe('0042');
  });

  test('ends at once when it is not wanted any more', async () => {
    trainer = createTrainingThread({ entry: scripted('setInterval(() => {}, 1000)') });
    const stop = new AbortController();
    const trained = trainer.train(order(), stop.signal);
    stop.abort(new Error('enough'));
    await expect(trained).rejects.toThrow('enough');
    const closed = expect(trainer.train(order(), never)).rejects.toMatchObject({ code: 'training_closed' });
    await trainer.close();
    await closed;
  });

  test.each([
    ['is lost', 'process.exit(7)', 'training_crashed'],
    ['throws', 'throw new Error("no")', 'training_crashed'],
    [
      'says what is wrong',
      'import { parentPort } from "node:worker_threads"; parentPort.postMessage({ failure: "no" })',
      'training_failed',
    ],
  ])('that %s is an error of its own', async (_, script, code) => {
    trainer = createTrainingThread({ entry: scripted(script) });
    await expect(trainer.train(order(), never)).rejects.toMatchObject({ code });
  });
});
