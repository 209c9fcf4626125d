import { describe, expect, test } from 'vitest';
import type { StoredEvent } from '../../src/core/event.js';
import { eventDefinitions } from '../../src/domain/index.js';
import type { MediaEvent } from '../../src/domain/media/media-events.js';
import { createEventCodec } from '../../src/runtime/command/event-codec.js';
import { allHistories, type KeptProcess, type RecordedHistory } from './histories.js';
import { createItemWorld } from './item-world.js';
import { command } from './simulated-results.js';

const ENDS = [
  'MediaPublished',
  'MediaRejected',
  'MediaReviewed',
  'ProcessingFailed',
  'ProcessingRetried',
  'MediaPurged',
];
const codec = createEventCodec<MediaEvent>(eventDefinitions);
const histories = allHistories();
const mediaIdOf = ([first]: RecordedHistory) => first?.stream.replace(/^media-/, '') ?? '';

/** As far as each append of a history: an item is never seen in the middle of one. */
const prefixesOf = (history: RecordedHistory): RecordedHistory[] =>
  history.flatMap((event, index) =>
    history[index + 1]?.metadata.commandId === event.metadata.commandId ? [] : [history.slice(0, index + 1)],
  );

function worldAfter(history: RecordedHistory, kept?: KeptProcess) {
  const world = createItemWorld(mediaIdOf(history), kept);
  for (const event of history) {
    const isSeen = kept !== undefined && Number(event.position) <= kept.checkpoint;
    world.remember(codec.decode(event as StoredEvent) as unknown as MediaEvent, isSeen);
  }
  return world;
}

/** Where an item with this past has to end when all that is still to do goes well. */
function endOf(history: RecordedHistory): string {
  const has = (type: string, field?: object) =>
    history.some(
      (event) =>
        event.type === type && Object.entries(field ?? {}).every(([key, value]) => event.data[key] === value),
    );
  if (has('MediaDeleted')) return 'purged';
  if (has('UploadFailed')) return 'not uploaded';
  return has('MediaRejected', { by: 'reviewer' }) ? 'rejected' : 'published';
}

test('there are histories of both versions of plans, and of items that ended in every way', () => {
  const events = histories.flatMap(({ history }) => history);
  const plans = events.filter(({ type }) => type === 'ProcessingPlanned');
  expect(new Set(plans.map(({ schemaVersion }) => schemaVersion))).toEqual(new Set([1, 2]));
  const missing = ENDS.filter((end) => !events.some(({ type }) => type === end));
  expect(missing).toEqual([]);
});

describe.each(histories)('of $name', ({ history }) => {
  test('every state that it was in is one that today’s rules and process bring to an end', () => {
    for (const prefix of prefixesOf(history)) {
      const world = worldAfter(prefix);
      world.finish();
      expect({ after: prefix.at(-1)?.type, at: prefix.length, end: world.end() }).toMatchObject({
        end: endOf(prefix),
      });
    }
  });

  test('every state that it was in lets the item be deleted, to its last byte', () => {
    for (const prefix of prefixesOf(history)) {
      const world = worldAfter(prefix);
      world.send(command('DeleteMedia', { mediaId: mediaIdOf(history) }));
      world.finish();
      expect({ after: prefix.at(-1)?.type, end: world.end() }).toMatchObject({ end: 'purged' });
    }
  });
});

const left = histories.flatMap(({ name, history, kept }) => (kept ? [{ name, history, kept }] : []));

test.each(left)(
  'of $name, its process goes on from the state and the jobs that the release left',
  ({ history, kept }) => {
    const world = worldAfter(history, kept);
    world.finish();
    expect(world.end()).toBe(endOf(history));
  },
);
