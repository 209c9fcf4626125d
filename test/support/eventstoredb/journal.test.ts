import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { appendToJournal, readJournal } from './journal.js';
import { createTransactionLog, type ProposedEvent } from './transaction-log.js';

const folder = mkdtempSync(join(tmpdir(), 'mediaflow-journal-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const event = (eventId: string): ProposedEvent => ({
  ...{ eventId, type: 'Happened', isJson: true },
  ...{ data: Buffer.from(`{"id":"${eventId}"}`), metadata: Buffer.from([0, 255, 10]) },
});

test('a log that goes on from its journal is the one that was, without what was cut off while it was written', () => {
  const journal = join(folder, 'journal');
  const begin = () =>
    createTransactionLog({
      records: readJournal(journal),
      keep: (records) => appendToJournal(journal, records),
    });
  const first = begin();
  first.write('a', [event('1'), event('2')]);
  first.write('b', [event('3')]);
  appendFileSync(journal, '[{"eventId":"4"');

  const second = begin();
  expect(second.records).toEqual(first.records);
  second.write('a', [event('5')]);
  const third = begin();
  expect(third.stream('a').map(({ eventId, revision }) => [eventId, revision])).toEqual([
    ['1', 0],
    ['2', 1],
    ['5', 2],
  ]);
  const places = third.records.map(({ commit }) => commit);
  expect(places).toEqual([...new Set(places)].toSorted((a, b) => (a < b ? -1 : 1)));
});
