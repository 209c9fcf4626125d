import type { BlobStore } from '../../core/blob-store.js';
import { MediaFlowError, messageOf } from '../../core/errors.js';
import type { EventPublisher } from '../../core/event-publisher.js';
import type { FollowerStatus } from '../../core/follower-status.js';
import type { JobDepth } from '../../core/job-queue.js';
import type { PictureTools } from '../../core/picture-tools.js';
import type { ListProjectionStatuses, RebuildProgress } from '../../core/projection-store.js';
import type { ToolDescription } from '../../core/tool-description.js';
import type { VideoTools } from '../../core/video-tools.js';
import type { WorkerPresence } from '../../core/worker-presence.js';
import type { HealthCheck } from '../http/health.js';

/** Without the space that uploads leave alone, what is there is still served. */
export const blobStoreCheck =
  (blobs: Pick<BlobStore, 'check' | 'freeBytes'>, keepFreeBytes: number): HealthCheck =>
  async () => {
    await blobs.check();
    const freeBytes = await blobs.freeBytes();
    if (freeBytes === undefined) return { status: 'ok', detail: 'free space unknown' };
    return freeBytes > keepFreeBytes
      ? { status: 'ok', detail: `${freeBytes} bytes free` }
      : { status: 'degraded', detail: `${freeBytes} bytes free: nothing new is taken` };
  };

/**
 * What waits for nobody would wait in silence: there may be no process that takes its kind. While Kafka is away, what was
 * admitted before goes on; the database answers for itself.
 */
export const jobQueueCheck =
  (queue: Pick<JobDepth, 'depth'>, presence: Pick<WorkerPresence, 'takers'>): HealthCheck =>
  async () => {
    const asked = queue.depth().catch((error: unknown) => {
      if (error instanceof MediaFlowError && error.code === 'kafka_unavailable') return error.message;
      throw error;
    });
    const [depths = 'how much waits is not known yet', takers] = await Promise.all([
      orNothing(asked),
      presence.takers(),
    ]);
    if (typeof depths === 'string') return { status: 'degraded', detail: depths };
    const sum = (of: 'waiting' | 'active') => depths.reduce((total, depth) => total + depth[of], 0);
    const detail = `${sum('waiting')} waiting, ${sum('active')} active`;
    const untaken = depths.flatMap(({ kind, waiting, active }) =>
      waiting > 0 && active === 0 && !takers.has(kind) ? [`${kind} (${waiting})`] : [],
    );
    if (untaken.length === 0) return { status: 'ok', detail };
    return { status: 'degraded', detail: `${detail}; no worker takes ${untaken.join(', ')}` };
  };

/** Uploads are taken and kept without the tools; a step that needs them fails, says so, and can be retried. */
export const videoToolsCheck =
  (tools: Pick<VideoTools, 'describe'>): HealthCheck =>
  async () => {
    const found = await orNothing(tools.describe());
    if (!found) return { status: 'degraded', detail: 'ffmpeg and ffprobe are still being looked for' };
    const { ffmpeg, ffprobe } = found;
    const missing = [ffmpeg, ffprobe].flatMap((tool) => (tool.available ? [] : [tool.reason]));
    if (missing.length > 0) return { status: 'degraded', detail: missing.join('; ') };
    return { status: 'ok', detail: [ffmpeg, ffprobe].flatMap(inItsPlace).join(', ') };
  };

/** As with the tools of videos: what needs them fails, says so, and can be retried. */
export const pictureToolsCheck =
  (pictures: Pick<PictureTools, 'describe'>): HealthCheck =>
  async () => {
    const found = await orNothing(pictures.describe());
    if (!found) return { status: 'degraded', detail: 'a place for pictures is still being looked for' };
    return found.available
      ? { status: 'ok', detail: inItsPlace(found).join() }
      : { status: 'degraded', detail: found.reason };
  };

/** Shorter than a check may take: sandboxes are tried one after the other, on a busy machine for longer than that. */
const PATIENCE_MILLISECONDS = 1000;

const orNothing = <Result>(task: Promise<Result>): Promise<Result | undefined> =>
  Promise.race([
    task,
    new Promise<undefined>((resolve) => setTimeout(resolve, PATIENCE_MILLISECONDS, undefined).unref()),
  ]);

function inItsPlace(tool: ToolDescription): readonly string[] {
  if (!tool.available) return [];
  const calls = tool.filtersCalls || tool.sandbox === 'off' ? '' : ', system calls not filtered';
  return [`${tool.version} (sandbox: ${tool.sandbox}${calls})`];
}

/** What stands still is served as it was, so users would see an old list and nobody why. */
export const projectionsCheck =
  (statuses: ListProjectionStatuses): HealthCheck =>
  async () => {
    const all = await statuses();
    const failed = all.flatMap(({ name, status }) => (status === 'failed' ? [name] : []));
    const replaced = all.flatMap(({ name, version, rebuild }) =>
      rebuild && rebuild.version > version ? [`${name}${fractionIn(rebuild)}`] : [],
    );
    const wrong = [
      ...(failed.length > 0 ? [`failed: ${failed.join(', ')}`] : []),
      ...(replaced.length > 0 ? [`stands still while it is filled anew: ${replaced.join(', ')}`] : []),
    ];
    return wrong.length === 0 ? { status: 'ok' } : { status: 'degraded', detail: wrong.join('; ') };
  };

const fractionIn = ({ fraction }: RebuildProgress): string =>
  fraction === null ? '' : ` (${Math.floor(fraction * 100)} %)`;

/** Without Kafka others learn later what happened; all else goes on. */
export const relayCheck =
  (publisher: Pick<EventPublisher, 'trouble'>, status: () => Promise<FollowerStatus>): HealthCheck =>
  async () => {
    const looked = publisher.trouble().then(
      (sentence) => ({ sentence }),
      (error: unknown) => ({ sentence: messageOf(error) }),
    );
    const [trouble = { sentence: 'Kafka does not answer' }, { isActive, isAheadOfLog, lagEvents, failure }] =
      await Promise.all([orNothing(looked), status()]);
    if (trouble.sentence !== undefined) return { status: 'degraded', detail: trouble.sentence };
    if (isAheadOfLog)
      return { status: 'degraded', detail: 'ahead of the log, which was set back to an earlier moment' };
    // Kafka may answer, and yet refuse what is published: rights, room, too few copies.
    if (failure !== null) return { status: 'degraded', detail: `publishes no further: ${failure}` };
    const behind = lagEvents === null ? '' : `, ${lagEvents} events behind`;
    return { status: 'ok', detail: `${isActive ? 'publishes' : 'stands by'}${behind}` };
  };
