import { describe, expect, test } from 'vitest';
import { createMemoryRateCounters } from '../../../src/adapters/memory/rate-counters.js';
import { createWrongKeys, networkOf } from '../../../src/apps/http/wrong-keys.js';
import type { MediaFlowError } from '../../../src/core/errors.js';

function setUp() {
  let milliseconds = 0;
  const lines: object[] = [];
  const counts = { told: 0, throttled: 0 };
  const note = (fields: object) => {
    lines.push(fields);
  };
  const refuse = createWrongKeys({
    logger: { debug: note, info: note, warn: note, error: note },
    count: (outcome) => {
      counts[outcome]++;
    },
    now: () => milliseconds,
    counters: createMemoryRateCounters(() => milliseconds),
  });
  const wrong = (address: string): Promise<MediaFlowError | undefined> =>
    refuse(address).then(
      () => undefined,
      (error: MediaFlowError) => error,
    );
  const pass = (seconds: number) => {
    milliseconds += seconds * 1000;
  };
  return { wrong, pass, lines, counts };
}

const untilThrottled = async (
  wrong: (address: string) => Promise<unknown>,
  address: string,
): Promise<number> => {
  for (let tries = 0; tries < 1000; tries++) if (await wrong(address)) return tries;
  return 1000;
};

describe('wrong keys', () => {
  test('are refused from an address that has shown too many, until some time has passed', async () => {
    const { wrong, pass } = setUp();
    expect(await untilThrottled(wrong, '192.0.2.1')).toBe(50);
    expect(await wrong('192.0.2.1')).toMatchObject({
      code: 'too_many_wrong_keys',
      details: { retryAfterSeconds: 2 },
    });
    pass(2);
    expect([await wrong('192.0.2.1'), (await wrong('192.0.2.1'))?.code]).toEqual([
      undefined,
      'too_many_wrong_keys',
    ]);
    pass(3600);
    expect(await untilThrottled(wrong, '192.0.2.1')).toBe(50);
  });

  test('of one address say nothing about others, but all of an IPv6 /64 are one', async () => {
    const { wrong } = setUp();
    await untilThrottled(wrong, '192.0.2.1');
    expect(await wrong('192.0.2.2')).toBeUndefined();
    await untilThrottled(wrong, '2001:db8:1:2::1');
    expect((await wrong('2001:db8:1:2:ffff::77'))?.code).toBe('too_many_wrong_keys');
    expect(await wrong('2001:db8:1:3::1')).toBeUndefined();
  });

  test('are counted each, and logged a few times a minute with how many were not, never by themselves', async () => {
    const { wrong, pass, lines, counts } = setUp();
    for (let tries = 0; tries < 1000; tries++) await wrong('192.0.2.1');
    expect(counts).toEqual({ told: 50, throttled: 950 });
    expect(lines).toHaveLength(10);
    pass(60);
    await wrong('192.0.2.9');
    expect(lines.at(-1)).toEqual({ address: '192.0.2.9', throttled: false, unlogged: 990 });
  });

  test('of very many addresses are remembered in bounded memory', async () => {
    const { wrong } = setUp();
    const before = process.memoryUsage().heapUsed;
    for (let index = 0; index < 300_000; index++)
      await wrong(`10.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}`);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(100e6);
    expect(await untilThrottled(wrong, '10.0.0.1')).toBe(50);
  });
});

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['::1', '0:0:0:0::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['2001:0DB8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
])('%s is of the network %s', (address, network) => {
  expect(networkOf(address)).toBe(network);
});
