import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SagaOutput } from '../../../src/core/saga.js';
import { addSeconds } from '../../../src/core/time.js';
import { cancelJobs, run, schedule, send } from '../../support/parrot-saga.js';
import { perform, type Scene } from '../../support/saga-script.js';

const START = '2026-11-21T09:00:00.000Z';

const script: readonly Scene[] = [
  {
    told: [
      { instance: 'a', say: [run('one'), send('Two'), run('three'), schedule('tea', addSeconds(START, 60))] },
      { instance: 'b', say: [send('Only'), schedule('tea', addSeconds(START, 30))] },
      { instance: 'a', say: [cancelJobs('one', 'correlation of a'), run('one again'), send('Four')] },
    ],
    thenSeconds: 45,
  },
  {
    told: [
      { instance: 'a', say: [schedule('tea', addSeconds(START, 70)), run('five')] },
      { instance: 'b', say: [send('Last'), { complete: true }] },
      { instance: 'b', say: [send('Late')] },
    ],
    thenSeconds: 60,
  },
];

const undisturbed = await perform(script);

test('undisturbed, every effect takes place once', () => {
  expect(undisturbed.effects).toEqual({
    'correlation of a': [
      'one',
      '{"type":"Two","data":{}}',
      'three',
      'cancel one',
      'one again',
      '{"type":"Four","data":{}}',
      'five',
      `{"type":"Fired","data":{"timer":"tea","dueAt":"${addSeconds(START, 70)}","inputs":4}}`,
    ],
    'correlation of b': [
      '{"type":"Only","data":{}}',
      `{"type":"Fired","data":{"timer":"tea","dueAt":"${addSeconds(START, 30)}","inputs":2}}`,
      '{"type":"Last","data":{}}',
    ],
  });
  expect(undisturbed.handedOver).toBe(11);
  expect(undisturbed.states).toEqual(['{"inputs":4}', undefined]);
});

describe.each([
  ['before it takes effect', false],
  ['after it took effect, its answer unheard', true],
])('a process that dies at any one call, %s,', (_when, takesEffect) => {
  test.each(Array.from({ length: undisturbed.calls }, (_, index) => index + 1))(
    'call %i, leaves the same effects',
    async (atCall) => {
      const disturbed = await perform(script, [{ atCall, takesEffect }]);
      expect(disturbed.effects).toEqual(undisturbed.effects);
      expect(disturbed.states).toEqual(undisturbed.states);
    },
  );
});

test('what was executed and not yet struck off is handed over again, under the same id', async () => {
  const repeats = await Promise.all(
    Array.from({ length: undisturbed.calls }, async (_, index) => {
      const { handedOver } = await perform(script, [{ atCall: index + 1, takesEffect: true }]);
      return handedOver - undisturbed.handedOver;
    }),
  );
  expect(Math.max(...repeats)).toBeGreaterThan(0);
});

const instance = fc.constantFrom('a', 'b', 'c');
const timer = fc.constantFrom('x', 'y');
const dying = fc.record({ atCall: fc.integer({ min: 1, max: 25 }), takesEffect: fc.boolean() });

const outputAt = (now: string): fc.Arbitrary<SagaOutput> =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom('One', 'Two').map((type) => send(type)) },
    { weight: 3, arbitrary: fc.constantFrom('one', 'two').map((kind) => run(kind)) },
    {
      weight: 2,
      arbitrary: fc
        .tuple(timer, fc.integer({ min: 1, max: 120 }))
        .map(([name, seconds]) => schedule(name, addSeconds(now, seconds))),
    },
    { weight: 1, arbitrary: timer.map((name) => ({ cancel: { timer: name } })) },
    { weight: 1, arbitrary: fc.constantFrom<SagaOutput>({ complete: true }, { ignore: 'nothing' }) },
  );

const sceneAt = (now: string) =>
  fc.record({
    told: fc.array(fc.record({ instance, say: fc.array(outputAt(now), { maxLength: 4 }) }), { maxLength: 8 }),
    thenSeconds: fc.constant(50),
  });

const play = fc.tuple(...[0, 50, 100].map((seconds) => sceneAt(addSeconds(START, seconds))));

test('whatever happens, crashes at any points leave the effects of a run without crashes', async () => {
  await fc.assert(
    fc.asyncProperty(play, fc.array(dying, { minLength: 1, maxLength: 5 }), async (scenes, deaths) => {
      const calm = await perform(scenes);
      const wild = await perform(scenes, deaths);
      expect(wild.effects).toEqual(calm.effects);
      expect(wild.states).toEqual(calm.states);
    }),
    { numRuns: 150 },
  );
});

test('two runners at once, dying too, leave the effects of one', async () => {
  await fc.assert(
    fc.asyncProperty(play, fc.array(dying, { maxLength: 4 }), async (scenes, deaths) => {
      const calm = await perform(scenes);
      const wild = await perform(scenes, deaths, { runners: 2 });
      expect(wild.effects).toEqual(calm.effects);
      expect(wild.states).toEqual(calm.states);
    }),
    { numRuns: 150 },
  );
});
