import { fail } from 'node:assert/strict';
import { inspect, isDeepStrictEqual } from 'node:util';

/**
 * As much of vitest's `expect` as the suite of event stores asks for, so that it also runs where Node is all there is. Whoever
 * asks for more finds no such function, and fails.
 */
export function expect(actual: unknown) {
  return {
    ...matchersOf(actual),
    rejects: {
      async toMatchObject(expected: object): Promise<void> {
        const reason = await Promise.resolve(actual).then(
          (value) => fail(`Resolved with ${inspect(value)} instead of being rejected`),
          (error: unknown) => error,
        );
        matchersOf(reason).toMatchObject(expected);
      },
    },
  };
}

function matchersOf(actual: unknown) {
  const holds = (isSo: boolean, what: string, expected: unknown): void => {
    if (!isSo) fail(`${inspect(actual, { depth: 8 })}\n${what}\n${inspect(expected, { depth: 8 })}`);
  };
  return {
    toBe: (expected: unknown) => holds(Object.is(actual, expected), 'is not', expected),
    toBeUndefined: () => holds(actual === undefined, 'is not', undefined),
    toEqual: (expected: unknown) =>
      holds(isDeepStrictEqual(defined(actual), defined(expected)), 'does not equal', expected),
    toMatchObject: (expected: object) => holds(matches(actual, expected), 'does not match', expected),
    toHaveLength: (expected: number) =>
      holds((actual as ArrayLike<unknown>).length === expected, 'has not the length', expected),
    toBeGreaterThan: (expected: number) => holds((actual as number) > expected, 'is not above', expected),
    toBeGreaterThanOrEqual: (expected: number) =>
      holds((actual as number) >= expected, 'is not at least', expected),
    toBeInstanceOf: (expected: new (...values: never[]) => unknown) =>
      holds(actual instanceof expected, 'is no', expected),
  };
}

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** Without fields that are there and undefined. */
function defined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(defined);
  if (!isPlain(value)) return value;
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  return Object.fromEntries(fields.map(([name, field]) => [name, defined(field)]));
}

function matches(actual: unknown, expected: unknown): boolean {
  if (Array.isArray(expected))
    return (
      Array.isArray(actual) &&
      actual.length === expected.length &&
      expected.every((each, index) => matches(actual[index], each))
    );
  if (!isPlain(expected)) return isDeepStrictEqual(actual, expected);
  if (typeof actual !== 'object' || actual === null) return false;
  const found = actual as Record<string, unknown>;
  return Object.entries(expected).every(([name, each]) => matches(found[name], each));
}
