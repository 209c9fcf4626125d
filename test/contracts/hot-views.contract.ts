import { beforeEach, describe, expect, test } from 'vitest';
import type { HotEntry, HotViews, MadeOf, ViewChange, ViewMark } from '../../src/core/hot-views.js';
import { positionAt } from '../../src/core/numbered-position.js';

const SHORT_MILLISECONDS = 100;
const LONG_MILLISECONDS = 60_000;

const at = (position: number, view = 'items', rebuilds = 0): ViewMark => ({
  ...{ view, rebuilds, position: positionAt(position) },
});
const madeAt = (position: number, subjects: readonly string[] = ['a'], view = 'items'): MadeOf => ({
  ...at(position, view),
  subjects,
});
const entryOf = (body: string, ...madeOf: readonly MadeOf[]): HotEntry => ({
  madeOf: madeOf.length > 0 ? madeOf : [madeAt(10)],
  headers: { 'content-type': 'text/plain' },
  body,
});
const step = (
  from: number,
  to: number,
  subjects: readonly string[] = [],
  { view = 'items', rebuilds = 0 } = {},
): ViewChange => ({ view, rebuilds, from: positionAt(from), to: positionAt(to), subjects });

/** What every cache of answers keeps to. `open` gives an empty one; `pass` lets so much time pass for it. */
export function hotViewsContract(
  adapter: string,
  harness: {
    open(): Promise<HotViews>;
    pass(milliseconds: number): Promise<void> | void;
  },
): void {
  describe(adapter, () => {
    let views: HotViews;
    beforeEach(async () => {
      views = await harness.open();
      await views.tell([step(10, 10)]);
    });

    const bodyOf = async (key = 'k', ...known: readonly ViewMark[]) =>
      (await views.get(key, known))?.entry.body;
    /** The first of a subject may be refused, so it is offered twice. */
    async function put(entry: HotEntry, key = 'k', lifetimeMilliseconds = LONG_MILLISECONDS): Promise<void> {
      await views.put(key, entry, lifetimeMilliseconds);
      await views.put(key, entry, lifetimeMilliseconds);
    }

    test('what was put in is given back whole, with the time that is left to it', async () => {
      const entry = entryOf('Grüße, “世界” 🎬\n\0', madeAt(10, ['a', 'b']));
      await put(entry);
      const found = await views.get('k', [at(10)]);
      expect(found?.entry).toEqual(entry);
      expect(found?.leftMilliseconds).toBeGreaterThan(LONG_MILLISECONDS / 2);
      expect(found?.leftMilliseconds).toBeLessThanOrEqual(LONG_MILLISECONDS);
    });

    test('what nobody put in is not there, nor under another key what was put in under one', async () => {
      await put(entryOf('for operators'), 'item operators a');
      expect(await bodyOf('item everybody a')).toBeUndefined();
    });

    test('an entry ends with a change of whom it was made of, and with none of anybody else', async () => {
      await put(entryOf('old'));
      await views.tell([step(10, 11, ['b'])]);
      expect(await bodyOf()).toBe('old');
      await views.tell([step(11, 12, ['a', 'b'])]);
      expect(await bodyOf()).toBeUndefined();
    });

    test('a change of any of those that it was made of ends it, in whichever of its views', async () => {
      await views.tell([step(10, 10, [], { view: 'jobs' })]);
      const made = entryOf('list', madeAt(10, ['a', 'b']), madeAt(10, ['a', 'c'], 'jobs'));
      await put(made);
      await views.tell([step(10, 11, ['c'])]);
      expect(await bodyOf()).toBe('list');
      await views.tell([step(10, 11, ['c'], { view: 'jobs' })]);
      expect(await bodyOf()).toBeUndefined();
    });

    test('a reader that began before a change puts nothing back, however late it comes', async () => {
      await put(entryOf('before'));
      await views.tell([step(10, 11, ['a'])]);
      await put(entryOf('before'));
      expect(await bodyOf()).toBeUndefined();
      await put(entryOf('after', madeAt(11)));
      expect(await bodyOf()).toBe('after');
    });

    test('nothing older takes the place of what is there', async () => {
      await views.tell([step(10, 12, ['b'])]);
      await put(entryOf('newer', madeAt(12)));
      await put(entryOf('older', madeAt(11)));
      expect(await bodyOf()).toBe('newer');
    });

    test('what is as new takes the place of what is there, and so does what is newer', async () => {
      await put(entryOf('first'));
      await put(entryOf('second'));
      expect(await bodyOf()).toBe('second');
      await views.tell([step(10, 12)]);
      await put(entryOf('third', madeAt(12)));
      expect(await bodyOf()).toBe('third');
    });

    test('a step that does not begin where the last one ended ends all entries of its view', async () => {
      await put(entryOf('a'));
      await views.tell([step(12, 13, ['b'])]);
      expect(await bodyOf()).toBeUndefined();
      await put(entryOf('from before what was missed', madeAt(12)));
      expect(await bodyOf()).toBeUndefined();
      await put(entryOf('from after it', madeAt(13)));
      expect(await bodyOf()).toBe('from after it');
    });

    test('steps that overlap, as of several projectors, end only what they name', async () => {
      await views.tell([step(10, 20, ['b'])]);
      await put(entryOf('kept', madeAt(20)));
      await views.tell([step(10, 15, ['b']), step(15, 25, ['c']), step(10, 20, ['b'])]);
      expect(await bodyOf('k', at(25))).toBe('kept');
    });

    test('a step that is told late takes back no later one of the same subject', async () => {
      await views.tell([step(10, 20, ['a'])]);
      await views.tell([step(10, 15, ['a'])]);
      await put(entryOf('between', madeAt(17)));
      expect(await bodyOf()).toBeUndefined();
    });

    test('it gives nothing to who knows of more than it was told', async () => {
      await put(entryOf('a'));
      expect(await bodyOf('k', at(10))).toBe('a');
      expect(await bodyOf('k', at(11))).toBeUndefined();
      await views.tell([step(10, 11)]);
      expect(await bodyOf('k', at(11))).toBe('a');
    });

    test('of a view it was never told of it takes nothing, and gives nothing', async () => {
      await put(entryOf('a', madeAt(10), madeAt(10, ['a'], 'unheard-of')));
      expect(await bodyOf()).toBeUndefined();
      await put(entryOf('a'));
      expect(await bodyOf('k', at(10), at(10, 'unheard-of'))).toBeUndefined();
    });

    test('a rebuild ends what was made of the rows before it, at whatever position', async () => {
      await put(entryOf('before'));
      await views.tell([step(10, 10, [], { rebuilds: 1 })]);
      expect(await bodyOf()).toBeUndefined();
      expect(await bodyOf('k', at(10, 'items', 1))).toBeUndefined();
      await put(entryOf('a late reader of the old rows'));
      expect(await bodyOf()).toBeUndefined();
      await put(entryOf('after', { ...at(10, 'items', 1), subjects: ['a'] }));
      expect(await bodyOf('k', at(10, 'items', 1))).toBe('after');
    });

    test('a process that has not heard of a rebuild ends nothing that was made after it', async () => {
      await views.tell([step(10, 10, [], { rebuilds: 1 })]);
      await put(entryOf('after', { ...at(10, 'items', 1), subjects: ['a'] }));
      await views.tell([step(50, 60, ['a'])]);
      expect(await bodyOf('k', at(10, 'items', 1))).toBe('after');
    });

    test('an entry lives for as long as it was given', async () => {
      await put(entryOf('a'), 'k', SHORT_MILLISECONDS);
      expect(await bodyOf()).toBe('a');
      await harness.pass(SHORT_MILLISECONDS + 1);
      expect(await bodyOf()).toBeUndefined();
    });

    test('an entry without subjects holds until its time is over', async () => {
      await put(entryOf('a', madeAt(10, [])));
      await views.tell([step(10, 11, ['a', 'b'])]);
      expect(await bodyOf('k', at(11))).toBe('a');
    });

    test('many subjects at once are told and kept apart', async () => {
      const ids = Array.from({ length: 3_000 }, (_, index) => `subject-${index}`);
      for (const id of ids.slice(0, 20)) await put(entryOf(id, madeAt(10, [id])), id);
      await views.tell([step(10, 11, ids.slice(10))]);
      const left = await Promise.all(ids.slice(0, 20).map((id) => bodyOf(id)));
      expect(left.filter((body) => body !== undefined)).toEqual(ids.slice(0, 10));
    });
  });
}
