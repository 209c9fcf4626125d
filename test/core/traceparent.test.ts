import { expect, test } from 'vitest';
import { traceparentOf } from '../../src/core/traceparent.js';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const parentId = '00f067aa0ba902b7';

test.each([
  ['as it came', `00-${traceId}-${parentId}-01`, `00-${traceId}-${parentId}-01`],
  ['between blanks', ` 00-${traceId}-${parentId}-00 `, `00-${traceId}-${parentId}-00`],
  ['of a later version', `01-${traceId}-${parentId}-01`, `00-${traceId}-${parentId}-01`],
  [
    'of a later version, with more in it',
    `cc-${traceId}-${parentId}-01-what`,
    `00-${traceId}-${parentId}-01`,
  ],
])('a traceparent %s is kept', (_, header, kept) => {
  expect(traceparentOf(header)).toBe(kept);
});

test.each([
  ['none', undefined],
  ['an empty one', ''],
  ['one of words', 'trace me'],
  ['one with more than its version has', `00-${traceId}-${parentId}-01-what`],
  ['one of the version that is none', `ff-${traceId}-${parentId}-01`],
  ['one in capitals', `00-${traceId.toUpperCase()}-${parentId}-01`],
  ['a trace id of zeros', `00-${'0'.repeat(32)}-${parentId}-01`],
  ['a parent id of zeros', `00-${traceId}-${'0'.repeat(16)}-01`],
  ['a short one', `00-${traceId}-${parentId}`],
  ['two at once', `00-${traceId}-${parentId}-01, 00-${traceId}-${parentId}-01`],
  ['one without end', `01-${traceId}-${parentId}-${'1'.repeat(10_000)}`],
])('%s is dropped', (_, header) => {
  expect(traceparentOf(header)).toBeNull();
});
