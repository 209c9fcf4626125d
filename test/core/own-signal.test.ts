import { expect, test } from 'vitest';
import { underOwnSignal } from '../../src/core/own-signal.js';

test('work under a signal of its own ends with the other one, for its reason, and leaves nothing there', async () => {
  const outer = new AbortController();
  const listeners = new Set<unknown>();
  const { signal } = outer;
  const [add, remove] = [signal.addEventListener.bind(signal), signal.removeEventListener.bind(signal)];
  signal.addEventListener = ((type: 'abort', listener: () => void, options: object) => {
    listeners.add(listener);
    add(type, listener, options);
  }) as typeof signal.addEventListener;
  signal.removeEventListener = ((type: 'abort', listener: () => void) => {
    listeners.delete(listener);
    remove(type, listener);
  }) as typeof signal.removeEventListener;

  expect(await underOwnSignal(signal, async ({ signal: own }) => own.aborted)).toBe(false);
  expect(listeners.size).toBe(0);
  const ended = underOwnSignal(
    signal,
    ({ signal: own }) => new Promise((resolve) => own.addEventListener('abort', () => resolve(own.reason))),
  );
  outer.abort('over');
  expect(await ended).toBe('over');
  expect(await underOwnSignal(signal, async ({ signal: own }) => own.reason)).toBe('over');
});
