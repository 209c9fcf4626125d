import { expect, test, vi } from 'vitest';
import { createShutdown } from '../../../src/apps/cli/shutdown.js';
import { silentLogger } from '../../../src/core/logger.js';

function start(underWay: { requests: number; jobs: readonly string[] } = { requests: 0, jobs: [] }) {
  const stopped = Promise.withResolvers<void>();
  const said: string[] = [];
  const say = (_: object, message: string) => said.push(message);
  const exit = vi.fn();
  const clock = { now: 0 };
  const signal = createShutdown({
    running: { stop: () => stopped.promise, underWay: () => underWay },
    logger: { ...silentLogger, info: say, warn: say, error: say },
    ...{ exit, isTerminal: true, now: () => clock.now },
  });
  return { signal, stopped: stopped.resolve, said, exit, clock };
}

test('a stop says what it waits for, and ends when that has ended', async () => {
  const { signal, stopped, said, exit } = start({ requests: 2, jobs: ['transcode'] });
  signal('SIGINT');
  expect(said).toEqual([
    'stopping: gives 2 requests and 1 job (transcode) a few seconds to end; Ctrl-C again ends at once',
  ]);
  expect(exit).not.toHaveBeenCalled();
  stopped();
  await vi.waitFor(() => expect(exit).toHaveBeenCalledExactlyOnceWith(0));
  expect(said.at(-1)).toBe('stopped');
});

test('a second Ctrl-C ends it at once, and says so', () => {
  const { signal, said, exit, clock } = start();
  signal('SIGINT');
  clock.now = 600;
  signal('SIGINT');
  expect(exit).toHaveBeenCalledExactlyOnceWith(1);
  expect(said).toEqual(['stopping', 'ended at once: what was under way is done again']);
});

test('one Ctrl-C that comes twice, from the terminal and from npm, is one', async () => {
  const { signal, stopped, exit, clock } = start();
  signal('SIGINT');
  clock.now = 3;
  signal('SIGINT');
  stopped();
  await vi.waitFor(() => expect(exit).toHaveBeenCalledExactlyOnceWith(0));
});
