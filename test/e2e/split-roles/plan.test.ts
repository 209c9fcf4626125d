import { expect, test } from 'vitest';
import { describeDisturbance, disturbancesOf } from './plan.js';

const kindsOf = (seed: number, count: number) =>
  disturbancesOf(seed, count).map(({ subject, harm }) => `${subject.name.split(' ')[0]} ${harm.kind}`);

test('each role and each server is killed, stopped and cut off once before any is again', () => {
  const [first, second] = [kindsOf(1, 70).slice(0, 35), kindsOf(1, 70).slice(35)];
  expect(new Set(first).size).toBe(35);
  expect(new Set(second)).toEqual(new Set(first));
});

test('a seed always gives the same disturbances, another one others, and more of them begin like fewer', () => {
  expect(disturbancesOf(1, 20)).toEqual(disturbancesOf(1, 200).slice(0, 20));
  expect(disturbancesOf(1, 20)).not.toEqual(disturbancesOf(2, 20));
});

test('what is stopped is stopped for longer than every lease, and every way can be ill in every manner', () => {
  const all = disturbancesOf(1, 400);
  const stops = all.flatMap(({ harm }) => (harm.kind === 'stop' ? [harm.forMs] : []));
  expect(Math.min(...stops)).toBeGreaterThan(30_000);
  const ailments = new Set(all.flatMap(({ harm }) => (harm.kind === 'cut' ? [harm.ailment.kind] : [])));
  expect([...ailments].toSorted()).toEqual(['half-open', 'latency', 'resets', 'unreachable']);
  expect(new Set(all.map(describeDisturbance)).size).toBeGreaterThan(150);
});
