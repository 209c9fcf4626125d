import { describe, expect, test } from 'vitest';
import { planLadder } from '../../src/domain/media/ladder.js';
import { type Detail, rungsToTry, shortenLadder } from '../../src/domain/media/shorter-ladder.js';
import { planProcessing } from '../../src/domain/media/steps/plan-processing.js';
import { mediaId, probe } from '../kit/media-fixtures.js';

const video = (width: number, height: number) => {
  if (!probe.video) throw new Error('The film has no picture');
  return { ...probe.video, width, height, bitrateBps: 20_000_000 };
};
const ladderOf = (width: number, height: number) => planLadder(video(width, height), 20_000_000);
const lost = (levels: Record<string, number>, tellingFrames = 12): Detail => ({
  tellingFrames,
  rungs: Object.entries(levels).map(([name, lostLevels]) => ({ name, lostLevels })),
});
const namesOf = (rungs: readonly { readonly name: string }[]) => rungs.map(({ name }) => name);

test.each([
  ['full HD', 1920, 1080, ['540p', '720p']],
  ['full HD held upright', 1080, 1920, ['540p', '720p']],
  ['a wide film', 1920, 804, ['540p']],
  ['HD', 1280, 720, ['540p']],
  ['a DVD', 720, 576, []],
  ['a thumbnail', 160, 90, []],
])('of %s these rungs might show as much as the best', (_name, width, height, names) => {
  expect(namesOf(rungsToTry(ladderOf(width, height)))).toEqual(names);
});

describe('a ladder', () => {
  const short = ['234p', '360p', '432p', '540p'];
  const whole = [...short, '720p', '1080p'];
  test.each([
    ['of a sharp film is whole', { '540p': 12, '720p': 6 }, whole],
    [
      'of a film that was blown up from a little less is shorter',
      { '540p': 2.75, '720p': 1.75 },
      [...short, '720p'],
    ],
    [
      'of a film that was blown up from much less ends where nothing more is shown',
      { '540p': 1.9, '720p': 1.4 },
      short,
    ],
    ['of a film that loses just what nobody sees ends there', { '540p': 2.5, '720p': 0 }, short],
    ['of a film of which not all is known ends at what is known', { '720p': 1 }, [...short, '720p']],
    ['of a film of which nothing is known is whole', {}, whole],
    ['never ends below 540p', { '234p': 0, '360p': 0, '432p': 0 }, whole],
  ])('%s', (_name, levels: Record<string, number>, kept) => {
    const { rungs, leftOut } = shortenLadder(ladderOf(1920, 1080), lost(levels));
    expect(namesOf(rungs)).toEqual(kept);
    expect([...kept, ...namesOf(leftOut)]).toEqual(whole);
    for (const { shownBy } of leftOut) expect(shownBy).toBe(kept.at(-1));
  });

  test.each([
    ['whole where no frame tells anything', 0, { '540p': 0, '720p': 0 }, whole],
    ['whole where one frame tells that it is soft', 1, { '540p': 1.9, '720p': 1.4 }, whole],
    ['whole where two tell it', 2, { '540p': 1.9, '720p': 1.4 }, whole],
    ['shorter where three tell it', 3, { '540p': 1.9, '720p': 1.4 }, short],
    ['whole where one of three is sharp', 3, { '540p': 12, '720p': 6 }, whole],
  ])('is %s', (_name, tellingFrames, levels: Record<string, number>, kept) => {
    const { rungs } = shortenLadder(ladderOf(1920, 1080), lost(levels, tellingFrames));
    expect(namesOf(rungs)).toEqual(kept);
  });

  test('that nobody has looked at is whole', () => {
    const rungs = ladderOf(1920, 1080);
    expect(shortenLadder(rungs, undefined)).toEqual({ rungs, leftOut: [] });
  });

  test('that is shorter ends in as many bits for what is shown as the best had', () => {
    const { rungs } = shortenLadder(ladderOf(1920, 1080), lost({ '540p': 1, '720p': 1 }));
    expect(rungs.at(-1)).toMatchObject({ name: '540p', bitrateBps: 2_757_716, peakBitrateBps: 5_515_432 });
    expect(rungs.slice(0, -1)).toEqual(ladderOf(1920, 1080).slice(0, 3));
  });
});

test('a plan says which rungs it has left out and why, and makes no other', () => {
  const found = { ...probe, video: video(1280, 720) };
  const plan = planProcessing(mediaId, 'video', found, { detail: lost({ '540p': 1.5 }) });
  const names = ['234p', '360p', '432p', '540p'];
  expect(plan).toMatchObject({
    data: {
      ladder: names.map((name) => ({ name })),
      leftOutRungs: [{ name: '720p', why: 'shows_nothing_more', shownBy: '540p', lostLevels: 1.5 }],
    },
  });
  const made =
    plan.type === 'ProcessingPlanned' ? plan.data.steps.flatMap(({ input }) => input.rungs ?? []) : [];
  expect(made.toSorted()).toEqual(names);
  expect(planProcessing(mediaId, 'video', found)).not.toHaveProperty('data.leftOutRungs');
});
