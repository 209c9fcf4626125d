import { expect, test } from 'vitest';
import { rebuildLine } from '../../../src/apps/cli/rebuild-line.js';

const rebuild = {
  ...{
    active: true,
    version: 2,
    position: '3',
    head: '9',
    message: null,
    startedAt: '2026-01-01T00:00:00.000Z',
  },
  ...{ eventsApplied: 300, eventsPerSecond: 10.4 },
};
const plain = (_style: unknown, text: string) => text;

test('the progress of a rebuild is a bar with what is left', () => {
  const line = rebuildLine('library', { ...rebuild, fraction: 0.5, etaSeconds: 90 }, plain);
  expect(line).toMatch(/^library {2}█+░+ +50 % {2}300 events, 10\/s {2}1:30 left$/);
});

test('the progress of a rebuild has no bar where nobody knows how long the log is', () => {
  const line = rebuildLine('library', { ...rebuild, fraction: null, etaSeconds: null }, plain);
  expect(line).toBe('library  300 events, 10/s');
});
