import { placeOf } from '../../../src/core/numbered-position.js';
import { type Item, isSettled } from '../support/client.js';
import { checkActs } from './check-acts.js';
import type { Act, CrashRecord, LogEvent } from './record.js';

/** A sentence each about what was lost, happened twice, is stuck, or is not as it should be; empty when all is well. Pure. */
export const faultsOf = (record: CrashRecord): string[] => [
  ...checkNumbers(record.events),
  ...faultsOfAnyLog(record),
];

/** The same of a log whose positions say nothing of how many events there are. */
export const faultsOfAnyLog = (record: CrashRecord): string[] => [
  ...checkLog(record.events),
  ...checkActs(record),
  ...mediaIdsIn(record.events).flatMap((mediaId) => checkItem(record, mediaId)),
  ...record.viewsUnlikeRebuilt.map((what) => `view: ${what}`),
  ...record.leftOver.filter((what) => !isOfNoMedia(record, what)).map((what) => `stuck: ${what}`),
  ...record.storage.map((what) => `storage: ${what}`),
];

/** The dead letter of a step that failed for good is there to be replayed. */
const isOfNoMedia = ({ acts }: CrashRecord, what: string): boolean =>
  what.startsWith('dead letter ') && noMediaIn(acts).some((mediaId) => what.includes(mediaId));

const noMediaIn = (acts: readonly Act[]): string[] =>
  acts.flatMap((act) => (act.kind === 'upload' && !act.isMedia && act.mediaId ? [act.mediaId] : []));

const mediaIdsIn = (events: readonly LogEvent[]): string[] =>
  events.filter(({ type }) => type === 'MediaRegistered').map(({ data }) => String(data.mediaId));

/** Positions without gaps. */
const checkNumbers = (events: readonly LogEvent[]): string[] =>
  events.flatMap(({ position }, index) =>
    placeOf(position) === index + 1 ? [] : [`log: position ${position} where ${index + 1} is due`],
  );

/** Positions that grow, revisions without gaps, and no event twice. */
function checkLog(events: readonly LogEvent[]): string[] {
  const faults: string[] = [];
  const revisions = new Map<string, number>();
  const ids = new Set<string>();
  for (const [index, { position, eventId, stream, revision }] of events.entries()) {
    const before = events[index - 1];
    if (before && before.position >= position)
      faults.push(`log: position ${position} after ${before.position}`);
    const due = (revisions.get(stream) ?? -1) + 1;
    if (revision !== due) faults.push(`log: revision ${revision} of ${stream} where ${due} is due`);
    revisions.set(stream, revision);
    if (ids.has(eventId)) faults.push(`twice: event ${eventId} of ${stream}`);
    ids.add(eventId);
  }
  return faults;
}

/** Whatever happened to it on the way, an item ends with everything done once, or with nothing left of it. */
function checkItem(record: CrashRecord, mediaId: string): string[] {
  const history = record.events.filter(({ stream }) => stream === `media-${mediaId}`);
  const count = (type: string) => history.filter((event) => event.type === type).length;
  const faults: string[] = [];
  const atMostOnce = [
    'MediaRegistered',
    'MediaUploaded',
    'MediaProbed',
    'ProcessingPlanned',
    'ModerationScored',
    'MediaReviewed',
    'MediaRejected',
  ];
  const once = [...atMostOnce, 'ModerationDecided', 'ThumbnailsGenerated', 'TagsGenerated', 'MediaPublished'];
  for (const type of [...once, 'MediaDeleted', 'MediaPurged'])
    if (count(type) > 1) faults.push(`twice: ${type} of ${mediaId}`);
  const completed = history
    .filter(({ type }) => type === 'StepCompleted')
    .map(({ data }) => String(data.step));
  for (const step of new Set(completed))
    if (completed.filter((each) => each === step).length > 1)
      faults.push(`twice: step ${step} of ${mediaId} completed`);
  return [...faults, ...(count('MediaDeleted') > 0 ? checkDeleted() : checkKept())];

  function checkDeleted(): string[] {
    return [
      ...(count('MediaPurged') === 0 ? [`stuck: deleted ${mediaId} is not purged`] : []),
      ...(record.items[mediaId] ? [`lost: the deletion of ${mediaId}, which is still shown`] : []),
      ...(record.storedMediaIds.includes(mediaId) ? [`storage: bytes of deleted ${mediaId}`] : []),
    ];
  }

  function checkKept(): string[] {
    const item = record.items[mediaId];
    if (!item) return [`lost: ${mediaId} is registered and not shown`];
    if (!isSettled(item)) return [`stuck: ${mediaId} is ${item.status}, ${openStepsOf(item)}`];
    const bytes = record.storedMediaIds.includes(mediaId) ? [] : [`lost: the bytes of ${mediaId}`];
    if (isNoMedia(record, history))
      return item.status === 'failed' ? bytes : [`answer: ${mediaId} is no media and ${item.status}`];
    // Nothing more is done to it, and what was planned is let go of.
    if (item.status === 'rejected') return bytes;
    const planned = history.find(({ type }) => type === 'ProcessingPlanned')?.data.steps as
      | { step: string }[]
      | undefined;
    const missing = ['probe', ...(planned ?? []).map(({ step }) => step)].filter(
      (step) => !completed.includes(step),
    );
    return [
      ...(item.status === 'failed' ? [`lost: ${mediaId} failed: ${item.failure?.code}`] : []),
      ...missing.map((step) => `lost: step ${step} of ${mediaId}`),
      ...bytes,
    ];
  }
}

/** By its title, which is known of uploads whose answer was never heard too. */
function isNoMedia({ acts }: CrashRecord, history: readonly LogEvent[]): boolean {
  const title = history.find(({ type }) => type === 'MediaRegistered')?.data.title;
  return acts.some((act) => act.kind === 'upload' && act.title === title && !act.isMedia);
}

/** Which steps somebody has to look for. */
const openStepsOf = ({ steps }: Item): string =>
  steps
    .filter(({ status }) => !['completed', 'failed', 'cancelled'].includes(status))
    .map(({ step, status }) => `${step} is ${status}`)
    .join(', ');
