import type { Work } from './readers/jobs.js';
import { addSeconds, type Instant, secondsBetween } from './time.js';

/** What tells of a piece of work how fast it is. */
export type TimedWork = Pick<Work, 'step' | 'status' | 'fraction' | 'startedAt' | 'updatedAt'>;

/**
 * When a piece of work will be done if it goes on as it has since its last beginning; null where nothing tells. An
 * instant and no duration: it stays true while nobody tells anything new.
 */
export function expectedEndOf(work: TimedWork): Instant | null {
  const [lengthSeconds] = work.status === 'running' ? lengthOf(work) : [];
  if (lengthSeconds === undefined || work.startedAt === null) return null;
  return addSeconds(work.startedAt, lengthSeconds);
}

/**
 * When all of an item that is under way will be done, parts that wait for a worker included: as many of them at once as
 * now, each as long as those that are done. Null where nothing tells; what other work begins afterwards is not in it.
 */
export function expectedEndOfAll(works: readonly TimedWork[]): Instant | null {
  const ends = [...Map.groupBy(works, kindOf).values()].flatMap((ofKind) => {
    const [only, ...others] = ofKind;
    const end = only && others.length === 0 ? expectedEndOf(only) : expectedEndOfParts(ofKind);
    return end ?? [];
  });
  return ends.length === 0 ? null : latestOf(ends);
}

const kindOf = ({ step }: TimedWork): string => step.split(':', 1)[0] as string;

function expectedEndOfParts(parts: readonly TimedWork[]): Instant | null {
  const running = parts.filter(({ status }) => status === 'running');
  const lengths = parts.flatMap(lengthOf);
  if (running.length === 0 || lengths.length === 0) return null;
  const eachSeconds = lengths.reduce((sum, seconds) => sum + seconds, 0) / lengths.length;
  const waiting = parts.filter(({ status }) => status === 'queued' || status === 'waiting_to_retry');
  const left = running.reduce((sum, { fraction }) => sum + 1 - (fraction ?? 0), waiting.length);
  return addSeconds(latestOf(parts.map(({ updatedAt }) => updatedAt)), (left * eachSeconds) / running.length);
}

/** Seconds, of a part that is done, or of one under way as far as it tells. */
function lengthOf({ status, fraction, startedAt, updatedAt }: TimedWork): readonly number[] {
  if (startedAt === null) return [];
  const soFarSeconds = secondsBetween(startedAt, updatedAt);
  if (status === 'completed') return [soFarSeconds];
  return status === 'running' && fraction ? [soFarSeconds / fraction] : [];
}

const latestOf = (instants: readonly Instant[]): Instant =>
  instants.reduce((latest, instant) => (secondsBetween(latest, instant) > 0 ? instant : latest));
