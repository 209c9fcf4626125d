import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { readableLine } from '../../../src/apps/cli/terminal-log.js';

test('a line of the log reads as time, level, message and details', () => {
  const line = JSON.stringify({
    level: 40,
    time: 0,
    pid: 1,
    hostname: 'h',
    folder: '/data',
    tries: [1],
    msg: 'slow',
  });
  expect(stripVTControlCharacters(readableLine(line))).toMatch(
    /^\d\d:\d\d:\d\d warn {2}slow folder=\/data tries=\[1\]$/,
  );
});

test('what is no log line is shown as it is', () => {
  expect(readableLine('panic!')).toBe('panic!');
});
