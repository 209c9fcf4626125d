import { beforeAll, describe, expect, test } from 'vitest';
import { deriveId } from '../../src/core/ids.js';
import type {
  OutboxEntry,
  SagaCommit,
  SagaInstance,
  SagaStore,
  SagaTimer,
} from '../../src/core/saga-store.js';
import { outputName } from '../../src/core/saga-store.js';
import { sagaEvent } from '../support/saga-world.js';

const AT = '2026-11-21T09:00:00.000Z';
const LATER = '2026-11-21T10:00:00.000Z';
const origin = { correlationId: 'c', causationId: 'e', tenantId: 't', traceparent: null };
const failure = { inputId: 'i', position: null, error: 'it broke', attempts: 1, failedAt: AT };

const active = (instance: string, state = '{"n":1}'): SagaInstance => ({
  instance,
  state,
  parked: undefined,
});
const parked = (instance: string, retryAt: string): SagaInstance => ({
  ...active(instance),
  parked: { failure, retryAt },
});
const completed = (instance: string): SagaInstance => ({ instance, state: undefined, parked: undefined });
const timer = (instance: string, name: string, dueAt: string): SagaTimer => ({
  instance,
  timer: name,
  id: deriveId(instance, name, dueAt),
  dueAt,
  origin,
});

/** The rules every saga store keeps. `create` is called once, each test makes sagas of its own. */
export function sagaStoreContract(create: () => Promise<SagaStore>): void {
  let store: SagaStore;
  let saga: string;
  let count = 0;
  beforeAll(async () => {
    store = await create();
  });

  async function begin(checkpoint = ''): Promise<void> {
    saga = `saga-${++count}`;
    await store.register(saga, checkpoint);
  }

  async function commit(changes: Partial<SagaCommit>): Promise<boolean> {
    const { version } = await store.head(saga);
    return store.commit({ ...nothing(version), ...changes });
  }

  const nothing = (version: number): SagaCommit => ({
    saga,
    version,
    instances: [],
    setTimers: [],
    removeTimers: [],
    outputs: [],
    park: [],
    unpark: [],
    at: AT,
  });

  const output = (instance: string, name: string) => ({
    id: deriveId(saga, instance, name),
    instance,
    body: { send: { type: name, data: {} } },
    origin,
  });
  const outbox = (now = AT, except: { saga: string; instance: string }[] = [], limit = 100) =>
    store.outbox({ sagas: [saga], now, limit, except });
  const names = (entries: readonly OutboxEntry[]) => entries.map(({ body }) => outputName(body));
  const status = async () => (await store.status()).find((one) => one.saga === saga);

  describe('the fence', () => {
    test('registering again keeps the checkpoint', async () => {
      await begin('0001');
      await store.register(saga, '0009');
      expect((await store.head(saga)).checkpoint).toBe('0001');
    });

    test('a saga nobody registered has no head', async () => {
      await expect(store.head('nobody')).rejects.toThrow('not registered');
    });

    test('of two steps decided on the same version one is written whole, the other not at all', async () => {
      await begin();
      const { version } = await store.head(saga);
      const step = (instance: string): SagaCommit => ({
        ...nothing(version),
        progress: { checkpoint: '0001', failure: null },
        instances: [active(instance)],
        setTimers: [timer(instance, 'tea', AT)],
        outputs: [output(instance, 'Do')],
        park: [{ instance, trigger: { event: { ...sagaEvent('s', 'T'), ...recorded } } }],
      });
      const results = await Promise.all(['a', 'b', 'c', 'd'].map((instance) => store.commit(step(instance))));
      expect(results.filter(Boolean)).toHaveLength(1);
      const winner = ['a', 'b', 'c', 'd'][results.indexOf(true)] ?? '';
      expect(await store.instances(saga, ['a', 'b', 'c', 'd'])).toEqual([active(winner)]);
      expect(await store.dueTimers(saga, AT, 10)).toEqual([timer(winner, 'tea', AT)]);
      expect((await outbox()).map(({ instance }) => instance)).toEqual([winner]);
      expect(await store.head(saga)).toEqual({ version: version + 1, checkpoint: '0001' });
    });

    test('a step that is not about the log leaves the checkpoint and the failure of the saga', async () => {
      await begin();
      await commit({ progress: { checkpoint: '0003', failure } });
      await commit({ instances: [active('a')] });
      expect(await status()).toMatchObject({ checkpoint: '0003', failure });
      await commit({ progress: { checkpoint: '0004', failure: null } });
      expect(await status()).toMatchObject({ checkpoint: '0004', failure: null });
    });
  });

  describe('instances', () => {
    test('state comes back to the letter, whatever characters it holds', async () => {
      await begin();
      const state = JSON.stringify({ text: 'a\u0000b "quoted" \\ {x} ü 😀', 2: null, 1: [1.5, 1e21] });
      await commit({ instances: [active('{odd, "name" \\', state), active('b')] });
      expect(await store.instances(saga, ['{odd, "name" \\', 'missing'])).toEqual([
        active('{odd, "name" \\', state),
      ]);
    });

    test('completing keeps a tombstone and drops the timers', async () => {
      await begin();
      await commit({
        instances: [active('a'), active('b')],
        setTimers: [timer('a', 'x', AT), timer('b', 'x', AT)],
      });
      await commit({ instances: [completed('a')] });
      expect(await store.instances(saga, ['a'])).toEqual([completed('a')]);
      expect(await store.dueTimers(saga, AT, 10)).toEqual([timer('b', 'x', AT)]);
    });

    test('sagas do not see each other', async () => {
      await begin();
      await commit({
        instances: [active('a')],
        setTimers: [timer('a', 'x', AT)],
        outputs: [output('a', 'Do')],
      });
      await begin();
      expect(await store.instances(saga, ['a'])).toEqual([]);
      expect(await store.dueTimers(saga, AT, 10)).toEqual([]);
      expect(await outbox()).toEqual([]);
    });
  });

  describe('timers', () => {
    test('come due in order, not before their time, at most as many as asked', async () => {
      await begin();
      const [first, second, third, fourth, future] = [
        timer('b', 'x', '2026-11-21T08:00:00.000Z'),
        timer('a', 'x', AT),
        timer('a', 'y', AT),
        timer('b', 'w', AT),
        timer('a', 'z', LATER),
      ];
      await commit({ setTimers: [future, third, fourth, second, first] });
      expect(await store.dueTimers(saga, AT, 10)).toEqual([first, second, third, fourth]);
      expect(await store.dueTimers(saga, AT, 1)).toEqual([first]);
      expect(await store.nextDue(saga)).toBe(first.dueAt);
    });

    test('scheduling again moves, removing removes', async () => {
      await begin();
      await commit({ setTimers: [timer('a', 'x', AT), timer('a', 'y', AT), timer('b', 'x', AT)] });
      await commit({
        setTimers: [timer('a', 'x', LATER)],
        removeTimers: [
          { instance: 'b', timer: 'x' },
          { instance: 'a', timer: 'never was' },
        ],
      });
      expect(await store.dueTimers(saga, AT, 10)).toEqual([timer('a', 'y', AT)]);
      expect(await store.dueTimers(saga, LATER, 10)).toEqual([timer('a', 'y', AT), timer('a', 'x', LATER)]);
    });

    test('of a parked instance wait until it goes on', async () => {
      await begin();
      await commit({ instances: [parked('a', LATER)], setTimers: [timer('a', 'x', AT)] });
      expect(await store.dueTimers(saga, AT, 10)).toEqual([]);
      expect(await store.nextDue(saga)).toBe(LATER);
      await commit({ instances: [active('a')] });
      expect(await store.dueTimers(saga, AT, 10)).toHaveLength(1);
    });

    test('nothing is due in a saga without timers and failures', async () => {
      await begin();
      expect(await store.nextDue(saga)).toBeUndefined();
    });
  });

  describe('parked inputs', () => {
    test('queue up in order and come back when the instance is due for another try', async () => {
      await begin();
      const [first, second, other] = ['1', '2', '3'].map((id) => ({
        event: { ...sagaEvent('s', 'T', { id }), ...recorded },
      }));
      if (!first || !second || !other) throw new Error('three triggers');
      await commit({
        instances: [parked('a', AT), parked('b', LATER)],
        park: [
          { instance: 'a', trigger: first },
          { instance: 'b', trigger: other },
        ],
      });
      await commit({ park: [{ instance: 'a', trigger: second }] });
      const queue = await store.dueParked(saga, AT, 10);
      expect(queue.map(({ instance, trigger }) => ({ instance, trigger }))).toEqual([
        { instance: 'a', trigger: first },
        { instance: 'a', trigger: second },
      ]);
      expect(await store.dueParked(saga, AT, 1)).toHaveLength(1);
      expect(await status()).toMatchObject({ instances: { active: 0, parked: 2, completed: 0 } });
      expect((await status())?.parked).toContainEqual({ instance: 'a', failure, retryAt: AT, inputs: 2 });

      await commit({ instances: [active('a')], unpark: queue.map(({ sequence }) => sequence) });
      expect(await store.dueParked(saga, AT, 10)).toEqual([]);
      expect(await store.dueParked(saga, LATER, 10)).toHaveLength(1);
    });
  });

  describe('the outbox', () => {
    test('gives entries in the order they were written, whole', async () => {
      await begin();
      const job = {
        ...output('b', 'job'),
        body: { run: { kind: 'transcode', key: 'k', payload: { a: [1] } } },
      };
      await commit({ outputs: [output('a', 'One'), job, output('a', 'Two')] });
      await commit({ outputs: [output('a', 'Three')] });
      expect(names(await outbox())).toEqual(['One', 'transcode', 'Two', 'Three']);
      expect((await outbox())[1]).toEqual({ ...job, saga, attempts: 0 });
      expect(names(await outbox(AT, [{ saga, instance: 'a' }]))).toEqual(['transcode']);
      expect(names(await outbox(AT, [], 2))).toEqual(['One', 'transcode']);
    });

    test('keeps an id once', async () => {
      await begin();
      await commit({ outputs: [output('a', 'One')] });
      await commit({ outputs: [output('a', 'One'), output('a', 'Two')] });
      expect(names(await outbox())).toEqual(['One', 'Two']);
    });

    test('forgets what is done, also when told twice', async () => {
      await begin();
      await commit({ outputs: [output('a', 'One'), output('a', 'Two')] });
      const done = [{ id: output('a', 'One').id, done: true as const }];
      await store.settle(done);
      await store.settle(done);
      expect(names(await outbox())).toEqual(['Two']);
    });

    test('a postponed entry holds back those behind it, and only those of its instance', async () => {
      await begin();
      await commit({ outputs: [output('a', 'One'), output('b', 'Other'), output('a', 'Two')] });
      const { id } = output('a', 'One');
      await store.settle([{ id, postponed: { error: 'not now', dueAt: LATER } }]);
      await commit({ outputs: [output('a', 'Three')] });
      expect(names(await outbox())).toEqual(['Other']);
      expect(names(await outbox(LATER))).toEqual(['One', 'Other', 'Two', 'Three']);
      expect((await outbox(LATER))[0]?.attempts).toBe(1);
      expect((await status())?.outbox).toEqual({
        waiting: 4,
        refused: 0,
        oldestAt: AT,
        postponed: [{ id, instance: 'a', what: 'One', error: 'not now', attempts: 1 }],
        refusals: [],
      });
    });

    test('an entry and an instance that a clock put off, which has been set back since, wait no longer', async () => {
      await begin();
      const [yesterday, before] = ['2026-11-20T09:00:00.000Z', '2026-11-20T12:00:00.000Z'];
      await commit({
        outputs: [output('a', 'One'), output('a', 'Two')],
        instances: [parked('b', AT)],
        park: [{ instance: 'b', trigger: { event: { ...sagaEvent('s', 'T', {}), ...recorded } } }],
        setTimers: [timer('a', 'x', AT)],
      });
      await store.settle([{ id: output('a', 'One').id, postponed: { error: 'not now', dueAt: AT } }]);
      for (const now of [yesterday, before]) {
        expect(names(await outbox(now))).toEqual(['One', 'Two']);
        expect(await store.dueParked(saga, now, 10)).toHaveLength(1);
        expect(await store.dueTimers(saga, now, 10)).toEqual([]);
      }
      const justBefore = '2026-11-21T08:00:00.000Z';
      expect(names(await outbox(justBefore))).toEqual([]);
      expect(await store.dueParked(saga, justBefore, 10)).toEqual([]);
    });

    test('a refused entry is kept for an operator and lets those behind it pass', async () => {
      await begin();
      await commit({ outputs: [output('a', 'One'), output('a', 'Two')] });
      const { id } = output('a', 'One');
      await store.settle([{ id, postponed: { error: 'not now', dueAt: LATER } }]);
      await store.settle([{ id, refused: { code: 'unknown', message: 'never', at: LATER } }]);
      expect(names(await outbox())).toEqual(['Two']);
      expect((await status())?.outbox).toMatchObject({
        waiting: 1,
        refused: 1,
        postponed: [],
        refusals: [{ id, instance: 'a', what: 'One', code: 'unknown', error: 'never', attempts: 2 }],
      });
    });
  });

  describe('what has been kept long enough', () => {
    // Long before what the other tests leave behind.
    const LONG_AGO = '2020-01-01T00:00:00.000Z';
    const SINCE = '2020-01-02T00:00:00.000Z';
    const completedLongAgo = (...instances: string[]) =>
      commit({ at: LONG_AGO, instances: instances.map(completed) });
    const left = async (...instances: string[]) =>
      (await store.instances(saga, instances)).map(({ instance }) => instance);

    test('tombstones go in batches, the living and the lately completed stay', async () => {
      await begin();
      await commit({ at: LONG_AGO, instances: [active('a'), active('alive')] });
      await completedLongAgo('a', 'b', 'c');
      await commit({ at: LATER, instances: [completed('late')] });
      expect(await store.pruneCompleted(LONG_AGO, 10)).toBe(0);
      expect(await store.pruneCompleted(SINCE, 2)).toBe(2);
      expect(await store.pruneCompleted(SINCE, 2)).toBe(1);
      expect(await left('a', 'alive', 'b', 'c', 'late')).toEqual(['alive', 'late']);
      expect((await status())?.instances).toEqual({ active: 1, parked: 0, completed: 1 });
    });

    test('a tombstone stays while its instance has something in the outbox', async () => {
      await begin();
      await commit({ outputs: [output('a', 'One')] });
      await completedLongAgo('a');
      expect(await store.pruneCompleted(SINCE, 10)).toBe(0);
      await store.settle([{ id: output('a', 'One').id, done: true }]);
      expect(await store.pruneCompleted(SINCE, 10)).toBe(1);
    });

    test('a saga that stands still keeps its tombstones', async () => {
      await begin();
      await completedLongAgo('a');
      await commit({ progress: { checkpoint: '0001', failure } });
      expect(await store.pruneCompleted(SINCE, 10)).toBe(0);
      await commit({ progress: { checkpoint: '0002', failure: null } });
      expect(await store.pruneCompleted(SINCE, 10)).toBe(1);
    });

    test('refused entries go in batches, those that wait and the lately refused stay', async () => {
      await begin();
      const entries = ['One', 'Two', 'Late', 'Waiting'].map((name) => output('a', name));
      await commit({ at: LONG_AGO, outputs: entries });
      const refuse = (index: number, at: string) => ({
        id: entries[index]?.id ?? '',
        refused: { code: 'unknown' as const, message: 'never', at },
      });
      await store.settle([refuse(0, LONG_AGO), refuse(1, LONG_AGO), refuse(2, LATER)]);
      expect(await store.pruneRefused(LONG_AGO, 10)).toBe(0);
      expect(await store.pruneRefused(SINCE, 1)).toBe(1);
      expect(await store.pruneRefused(SINCE, 10)).toBe(1);
      expect(names(await outbox())).toEqual(['Waiting']);
      expect((await status())?.outbox).toMatchObject({ waiting: 1, refused: 1 });
    });
  });
}

const recorded = { stream: 's', revision: 0, position: '0001', recordedAt: AT };
