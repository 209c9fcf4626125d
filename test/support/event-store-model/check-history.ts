import { expect } from 'vitest';
import type { EventToAppend, StoredEvent } from '../../../src/core/event.js';
import type { AllPage, AppendResult, ExpectedRevision } from '../../../src/core/event-store.js';
import { idsOf } from '../../contracts/event-store-samples.js';
import { FILTERED_TYPE } from './scenario.js';

export interface AppendRecord {
  readonly stream: string;
  readonly events: readonly EventToAppend[];
  readonly expected: ExpectedRevision;
  /** What each copy of the append was told. */
  readonly results: readonly AppendResult[];
}

export interface History {
  /** The log at the end. */
  readonly log: readonly StoredEvent[];
  readonly acknowledged: readonly AppendRecord[];
  readonly rejected: readonly AppendRecord[];
  /** Ids of events that disturbances wrote. */
  readonly rawCommitted: readonly string[];
  /** What each subscription was given: in turn one without and one with a filter. */
  readonly pages: readonly (readonly AllPage[])[];
}

export function checkHistory(history: History): void {
  checkNumbering(history.log);
  checkWriters(history);
  checkReaders(history);
}

/** Positions grow, and each stream's revisions are contiguous. */
function checkNumbering(log: readonly StoredEvent[]): void {
  const positions = log.map((event) => event.position);
  expect(positions).toEqual([...new Set(positions)].toSorted());
  const next = new Map<string, number>();
  for (const { stream, revision } of log) {
    expect(revision).toBe(next.get(stream) ?? 0);
    next.set(stream, revision + 1);
  }
}

/** The log is what was acknowledged and nothing else; every append is one piece and was answered truly. */
function checkWriters({ log, acknowledged, rejected, rawCommitted }: History): void {
  const expected = [...acknowledged.flatMap((append) => idsOf(append.events)), ...rawCommitted];
  expect(idsOf(log).sort()).toEqual(expected.sort());
  const stored = new Map(log.map((event, index) => [event.eventId, index]));
  for (const { stream, events, results, expected: believed } of acknowledged) {
    const start = stored.get(events[0]?.eventId ?? '') ?? -1;
    const piece = log.slice(start, start + events.length);
    expect(idsOf(piece)).toEqual(idsOf(events));
    const last = piece.at(-1);
    for (const result of results)
      expect(result).toEqual({ position: last?.position, revision: last?.revision });
    expect(new Set(piece.map((event) => event.stream))).toEqual(new Set([stream]));
    if (typeof believed === 'number') expect(piece[0]?.revision).toBe(believed + 1);
    if (believed === 'no-stream') expect(piece[0]?.revision).toBe(0);
  }
  // A writer without an expectation has nothing to be wrong about.
  expect(rejected.filter((append) => append.expected === 'any')).toEqual([]);
}

/** Every subscription saw exactly the log, or the part its filter lets through, and positions only grew. */
function checkReaders({ log, pages }: History): void {
  for (const [index, seen] of pages.entries()) {
    const wanted = index % 2 === 0 ? log : log.filter((event) => event.type === FILTERED_TYPE);
    expect(seen.flatMap((page) => page.events)).toEqual(wanted);
    let position = '';
    for (const page of seen) {
      expect(page.position > position).toBe(true);
      for (const event of page.events) {
        expect(event.position > position && event.position <= page.position).toBe(true);
      }
      position = page.position;
    }
  }
}
