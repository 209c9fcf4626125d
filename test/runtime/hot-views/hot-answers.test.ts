import { expect, test } from 'vitest';
import { createMemoryHotViews } from '../../../src/adapters/memory/hot-views.js';
import { unavailable } from '../../../src/core/errors.js';
import type { WorkedOutAnswer } from '../../../src/core/hot-answers.js';
import type { HotViews, ViewChange } from '../../../src/core/hot-views.js';
import { silentLogger } from '../../../src/core/logger.js';
import { positionAt } from '../../../src/core/numbered-position.js';
import type { ViewNews } from '../../../src/core/view-news.js';
import { followViews } from '../../../src/runtime/hot-views/follow-views.js';
import { createHotAnswers, type HotOutcome } from '../../../src/runtime/hot-views/hot-answers.js';

const question = { key: 'item a', views: ['items'], after: undefined };
const step = (from: number, to: number, subjects: readonly string[] = []): ViewChange => ({
  ...{ view: 'items', rebuilds: 0, from: positionAt(from), to: positionAt(to), subjects },
});
const answer = (body: string): WorkedOutAnswer => ({ headers: {}, body, subjects: { items: ['a'] } });

/** A process that follows one view, whose news, time and silence are the test's. */
async function process(shared?: HotViews) {
  let now = 0;
  let isSilent = false;
  let position = 1;
  const stopped = new AbortController();
  const asked = { again: () => {} };
  let hearer: Parameters<ViewNews['hear']>[0] | undefined;
  const local = createMemoryHotViews({ maximumBytes: 1_000_000, nowMilliseconds: () => now });
  const news: ViewNews = {
    hear(given) {
      hearer = given;
    },
    async catchUp() {
      if (isSilent) throw unavailable('view_news_silent', 'Nothing is heard');
      hearer?.onChanges([step(position, position)]);
    },
  };
  const views = followViews({
    ...{ news, local, logger: silentLogger, nowMilliseconds: () => now, signal: stopped.signal },
    clock: {
      now: () => '2026-11-29T00:00:00.000Z',
      sleep: () => new Promise((resolve) => Object.assign(asked, { again: resolve })),
    },
  });
  const outcomes: HotOutcome[] = [];
  const hot = createHotAnswers({
    ...{ local, shared, views, logger: silentLogger, nowMilliseconds: () => now },
    count: (outcome) => outcomes.push(outcome),
  });
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  views.isSure();
  await turn();
  return {
    hot,
    local,
    outcomes,
    lose: () => hearer?.onLost(),
    /** The rows of a subject have changed, and it is heard. */
    changed(subject: string) {
      hearer?.onChanges([step(position, position + 1, [subject])]);
      position++;
    },
    async pass(milliseconds: number) {
      now += milliseconds;
      asked.again();
      await turn();
    },
    fallSilent() {
      isSilent = true;
    },
  };
}

test('an answer is worked out once, until something it was made of has changed', async () => {
  const { hot, changed, outcomes } = await process();
  let worked = 0;
  const ask = async () => (await hot.answer(question, async () => answer(`${++worked}`))).body;
  expect([await ask(), await ask()]).toEqual(['1', '1']);
  changed('b');
  expect(await ask()).toBe('1');
  changed('a');
  expect([await ask(), await ask()]).toEqual(['2', '2']);
  expect(outcomes).toEqual(['worked_out', 'local', 'local', 'worked_out', 'local']);
});

test('what was read before a change and comes after it is given to who asked, and kept for nobody', async () => {
  const { hot, changed } = await process();
  const [begun, reading] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const slow = hot.answer(question, async () => {
    begun.resolve();
    await reading.promise;
    return answer('before');
  });
  await begun.promise;
  changed('a');
  expect((await hot.answer(question, async () => answer('after'))).body).toBe('after');
  reading.resolve();
  expect((await slow).body).toBe('before');
  expect((await hot.answer(question, async () => answer('new'))).body).toBe('after');
});

test('what is about to change is at hand no more before it has changed', async () => {
  const { hot, local } = await process();
  const { kept } = await hot.answer(question, async () => answer('before'));
  await local.tell([step(1, 2, ['a'])]);
  expect(kept && hot.holds(kept)).toBe(false);
  // Read before the change is visible: right for now, and wrong a moment later.
  expect((await hot.answer(question, async () => answer('before'))).kept).toBeUndefined();
});

test('whoever has to know all up to a position is answered from there, however well the older answer holds', async () => {
  const { hot, changed } = await process();
  await hot.answer(question, async () => answer('from 1'));
  changed('b');
  const after = positionAt(2);
  expect((await hot.answer({ ...question, after }, async () => answer('from 2'))).body).toBe('from 2');
  expect((await hot.answer({ ...question, after }, async () => answer('again'))).body).toBe('from 2');
});

test('a loss of news ends all answers, those being worked out as well', async () => {
  const { hot, lose, pass } = await process();
  const { kept } = await hot.answer(question, async () => answer('old'));
  const [begun, reading] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const other = { ...question, key: 'other' };
  const slow = hot.answer(other, async () => {
    begun.resolve();
    await reading.promise;
    return answer('from before the loss');
  });
  await begun.promise;
  lose();
  expect(kept && hot.holds(kept)).toBe(false);
  await pass(500);
  reading.resolve();
  expect((await slow).kept).toBeUndefined();
  expect((await hot.answer(other, async () => answer('new'))).body).toBe('new');
});

test('once it is not sure that all is heard, nothing at hand is given', async () => {
  const { hot, pass, fallSilent, outcomes } = await process();
  const { kept } = await hot.answer(question, async () => answer('old'));
  fallSilent();
  await pass(1_500);
  expect(kept && hot.holds(kept)).toBe(true);
  await pass(501);
  expect(kept && hot.holds(kept)).toBe(false);
  expect((await hot.answer(question, async () => answer('new'))).body).toBe('new');
  expect(outcomes.at(-1)).toBe('not_sure');
});

test('nobody is asked whether all is heard while nobody wants to know', async () => {
  const { hot, pass, outcomes } = await process();
  for (let turn = 0; turn < 12; turn++) await pass(500);
  await pass(3_000);
  await hot.answer(question, async () => answer('1'));
  expect(outcomes).toEqual(['not_sure']);
  await pass(500);
  await hot.answer(question, async () => answer('2'));
  expect(outcomes.at(-1)).toBe('worked_out');
});

test('what failed is not kept, and the next one tries anew', async () => {
  const { hot } = await process();
  const failing = hot.answer(question, () => Promise.reject(new Error('no')));
  await expect(failing).rejects.toThrow('no');
  expect((await hot.answer(question, async () => answer('yes'))).body).toBe('yes');
});

test('what another process has worked out is taken from where both look', async () => {
  const shared = createMemoryHotViews({ maximumBytes: 1_000_000, nowMilliseconds: () => 0 });
  await shared.tell([step(1, 1)]);
  const [one, other] = [await process(shared), await process(shared)];
  await one.hot.answer(question, async () => answer('from one'));
  expect((await other.hot.answer(question, async () => answer('from other'))).body).toBe('from one');
  expect(other.outcomes).toEqual(['shared']);
});

test('what is shared is not taken from a place that was not told what this process knows', async () => {
  const shared = createMemoryHotViews({ maximumBytes: 1_000_000, nowMilliseconds: () => 0 });
  await shared.tell([step(1, 1)]);
  const { hot, changed, outcomes } = await process(shared);
  await hot.answer(question, async () => answer('old'));
  changed('a');
  expect((await hot.answer(question, async () => answer('new'))).body).toBe('new');
  expect(outcomes.at(-1)).toBe('worked_out');
});

test('a place to share that fails costs nobody an answer', async () => {
  const broken = () => Promise.reject(unavailable('view_news_silent', 'away'));
  const { hot } = await process({ get: broken, put: broken, tell: broken });
  expect((await hot.answer(question, async () => answer('all the same'))).body).toBe('all the same');
});
