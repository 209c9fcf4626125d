import { expect, test } from 'vitest';
import { type AppendRequest, decideAppends, type LogExcerpt } from '../../src/core/decide-appends.js';
import type { ExpectedRevision } from '../../src/core/event-store.js';

/** A log of one stream `s` with events a (revision 0, place 7) and b (1, 9), and a stream `t` with c (0, 8). */
const log: LogExcerpt = {
  revisions: new Map([
    ['s', 1],
    ['t', 0],
  ]),
  events: new Map([
    ['a', { stream: 's', revision: 0, place: 7 }],
    ['b', { stream: 's', revision: 1, place: 9 }],
    ['c', { stream: 't', revision: 0, place: 8 }],
  ]),
};

const append = (stream: string, ids: string, expectedRevision: ExpectedRevision): AppendRequest => ({
  stream,
  eventIds: ids.split(''),
  expectedRevision,
});

/** A decision in a few letters. */
const decide = (...requests: AppendRequest[]) =>
  decideAppends(requests, log).map((decision) => {
    if (decision.kind === 'write') return `write ${decision.firstRevision} at ${decision.batchOffset}`;
    if (decision.kind === 'rejected') return decision.error.code;
    const at = 'place' in decision.at ? `place ${decision.at.place}` : `offset ${decision.at.batchOffset}`;
    return `repeated ${decision.revision} ${at}`;
  });

test.for<[string, AppendRequest[], string[]]>([
  ['a new stream begins at 0', [append('new', 'xy', 'no-stream')], ['write 0 at 0']],
  ['a stream goes on after its last event', [append('s', 'x', 1)], ['write 2 at 0']],
  ['a wrong belief is rejected', [append('s', 'x', 0)], ['wrong_expected_revision']],
  [
    'each append sees what those before it do',
    [append('s', 'xy', 1), append('s', 'z', 3), append('s', 'w', 'any')],
    ['write 2 at 0', 'write 4 at 2', 'write 5 at 3'],
  ],
  [
    'of two with the same belief the first wins',
    [append('s', 'x', 1), append('s', 'y', 1)],
    ['write 2 at 0', 'wrong_expected_revision'],
  ],
  [
    'what is rejected takes no place',
    [append('s', 'x', 0), append('s', 'y', 1)],
    ['wrong_expected_revision', 'write 2 at 0'],
  ],
  [
    'a stream that this batch begins exists for what follows',
    [
      append('new', 'x', 'stream-exists'),
      append('new', 'y', 'no-stream'),
      append('new', 'z', 'stream-exists'),
    ],
    ['wrong_expected_revision', 'write 0 at 0', 'write 1 at 1'],
  ],
  [
    'a repetition is recognised before its belief is looked at',
    [append('s', 'ab', 0)],
    ['repeated 1 place 9'],
  ],
  ['so is the beginning of an earlier append', [append('s', 'a', 'no-stream')], ['repeated 0 place 7']],
  [
    'a repetition within the batch points to its first',
    [append('new', 'xy', 'no-stream'), append('new', 'xy', 'no-stream')],
    ['write 0 at 0', 'repeated 1 offset 1'],
  ],
  ['ids in another order are reused', [append('s', 'ba', 'any')], ['event_id_reused']],
  ['ids of another stream are reused', [append('new', 'a', 'any')], ['event_id_reused']],
  ['old and new ids together are reused', [append('s', 'bx', 'any')], ['event_id_reused']],
  ['new and old ids together are reused', [append('t', 'xc', 'any')], ['event_id_reused']],
  [
    'an id this batch used for another stream is reused',
    [append('new', 'x', 'any'), append('other', 'x', 'any')],
    ['write 0 at 0', 'event_id_reused'],
  ],
])('%s', ([, requests, decisions]) => {
  expect(decide(...requests)).toEqual(decisions);
});

test('deciding changes nothing in the excerpt it was given', () => {
  decide(append('s', 'x', 1), append('new', 'y', 'any'));
  expect([...log.revisions]).toEqual([
    ['s', 1],
    ['t', 0],
  ]);
  expect(log.events.size).toBe(3);
});
