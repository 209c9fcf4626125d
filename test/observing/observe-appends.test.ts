import { expect, test } from 'vitest';
import type { EventToAppend } from '../../src/core/event.js';
import { type EventStore, type GroupCommit, WrongExpectedRevisionError } from '../../src/core/event-store.js';
import { createAppendObserver } from '../../src/observing/observe-appends.js';
import { createRecordingTracer, ROOT_SPAN } from '../support/recording-tracer.js';
import { unobserved } from '../support/unobserved.js';

const eventOf = (traceparent: string | null, type = 'MediaUploaded') =>
  ({ eventId: 'e', type, data: {}, metadata: { traceparent } }) as unknown as EventToAppend;

/** A store that is told to commit, or to refuse, whatever waits for it. */
function observed() {
  const counted: string[] = [];
  const metrics = {
    ...unobserved.metrics,
    add: (name: string, labels: object) => void counted.push(`${name} ${JSON.stringify(labels)}`),
    observe: (name: string, labels: object) => void counted.push(`${name} ${JSON.stringify(labels)}`),
  };
  const { tracer, spans } = createRecordingTracer();
  const observer = createAppendObserver({ metrics, tracer }, { system: 'postgresql' });
  const waiting: { readonly events: readonly EventToAppend[]; end(error?: Error): void }[] = [];
  const store = observer.observe({
    append: (_stream: string, events: readonly EventToAppend[]) =>
      new Promise((resolve, reject) =>
        waiting.push({
          events,
          end: (error) => (error ? reject(error) : resolve({ position: '1', revision: 0 })),
        }),
      ),
  } as unknown as EventStore);
  const commitOf = (isWritten = true): GroupCommit => ({
    startedAt: performance.now(),
    appends: waiting.map(({ events }) => ({
      stream: 'media-1',
      ...{ events, isWritten, traceparent: events[0]?.metadata.traceparent ?? null },
    })),
  });
  return {
    store,
    spans,
    waiting,
    counted,
    commit: (isWritten?: boolean) => observer.committed(commitOf(isWritten)),
  };
}

test('events belong to the span of their append, which belongs to who asked for it', async () => {
  const { store, spans, waiting } = observed();
  const appended = store.append('media-1', [eventOf(ROOT_SPAN)], 'any');
  expect(spans).toMatchObject([{ name: 'append', parent: ROOT_SPAN, ended: false }]);
  expect(waiting[0]?.events[0]?.metadata.traceparent).toBe(spans[0]?.traceparent);
  waiting[0]?.end();
  await appended;
  expect(spans[0]?.ended).toBe(true);
});

test('a group commit is part of the first append in it that is traced, and links to the others, and they to it', async () => {
  const { store, spans, waiting, commit } = observed();
  const appends = [null, ROOT_SPAN, ROOT_SPAN, ROOT_SPAN].map((parent) =>
    store.append('media-1', [eventOf(parent)], 'any'),
  );
  commit();
  for (const { end } of waiting) end();
  await Promise.all(appends);
  const [first, second, third, group] = spans;
  expect(group).toMatchObject({
    ...{ name: 'group commit', parent: first?.traceparent, ended: true },
    links: [second?.traceparent, third?.traceparent],
    attributes: { 'db.operation.batch.size': 4 },
  });
  expect([first, second, third].map((span) => span?.linked)).toEqual([
    [],
    [group?.traceparent],
    [group?.traceparent],
  ]);
});

test('what is not traced costs no span, and its events are as they were', async () => {
  const { store, spans, waiting, commit } = observed();
  const event = eventOf(null);
  const appended = store.append('media-1', [event], 'any');
  commit();
  waiting[0]?.end();
  await appended;
  expect(spans).toEqual([]);
  expect(waiting[0]?.events[0]).toBe(event);
});

test('events are counted once they are written, and a repeat of an append is not', () => {
  const { store, commit, counted } = observed();
  void store.append('media-1', [eventOf(null), eventOf(null, 'StepStarted')], 'any');
  commit(false);
  expect(counted).toEqual([]);
  commit();
  expect(counted).toEqual([
    'events_appended_total {"type":"MediaUploaded"}',
    'events_appended_total {"type":"StepStarted"}',
  ]);
});

test('an append that was too late is no error of its span; one that failed is, by its kind', async () => {
  const { store, spans, waiting, counted } = observed();
  const late = store.append('media-1', [eventOf(ROOT_SPAN)], 3);
  const failed = store.append('media-1', [eventOf(ROOT_SPAN)], 3);
  waiting[0]?.end(new WrongExpectedRevisionError('media-1', 3, 4));
  waiting[1]?.end(new RangeError('words that may be anybody’s'));
  await expect(late).rejects.toThrow();
  await expect(failed).rejects.toThrow();
  expect(spans[0]).toMatchObject({ told: { 'mediaflow.append.conflict': true }, ended: true });
  expect(spans[0]?.errorType).toBeUndefined();
  expect(spans[1]).toMatchObject({ errorType: 'RangeError', ended: true });
  expect(counted).toEqual([
    'append_duration_seconds {"outcome":"conflict"}',
    'append_duration_seconds {"outcome":"failed"}',
  ]);
});
