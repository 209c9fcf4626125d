import { z } from 'zod';
import { liveSourceIdOf } from '../core/derived-ids.js';
import { conflict, invalid, notFound } from '../core/errors.js';
import type { EventStore } from '../core/event-store.js';
import type { FrameTopic, LiveFrame } from '../core/frame-topic.js';
import type { LiveSourcesReader } from '../core/readers/live-sources.js';
import { addSeconds, type Instant, secondsBetween } from '../core/time.js';
import { liveStream } from '../domain/live/live.js';
import { liveKinds } from '../domain/live/live-events.js';
import { accepted, endpoint } from '../http/endpoint.js';
import { instantSchema } from '../http/instant.js';
import { type Execute, fromRequest } from './execute.js';

const MOST_FRAMES = 32;
const MOST_FRAME_BYTES = 512 * 1024;
/** No publisher takes so many between two requests; sums of more would be no numbers any more. */
const MOST_DROPPED = 1e9;
/** Sources of which it is known how they stand: whoever publishes to one does so each second. */
const MOST_KNOWN = 10_000;
const KNOWN_SECONDS = 5;

const params = z.object({ id: z.string().min(1).max(100) });
const position = z.object({ position: z.string() });

const droppedBefore = z
  .int()
  .nonnegative()
  .max(MOST_DROPPED)
  .default(0)
  .describe('Frames that the publisher dropped itself since it published last');

const codeSchema = z.string().regex(/^[a-z][a-z0-9_]{0,59}$/, 'has to be a code such as source_unavailable');

const frameSchema = z.strictObject({
  sequence: z
    .int()
    .nonnegative()
    .describe('Counted from the start of the source, those that were dropped too'),
  occurredAt: instantSchema.describe('When it was taken'),
  atSeconds: z.number().nonnegative().nullable().default(null).describe('Its place in a file'),
  opens: z.boolean().default(false).describe('It is the first one since the source was opened'),
  jpeg: z
    .string()
    .max(Math.ceil(MOST_FRAME_BYTES / 3) * 4)
    .describe('Base64, at most 512 KiB of JPEG'),
});

function toFrame({ jpeg, opens, ...frame }: z.infer<typeof frameSchema>): LiveFrame {
  const bytes = Buffer.from(jpeg, 'base64');
  if (bytes.length > MOST_FRAME_BYTES || bytes[0] !== 0xff || bytes[1] !== 0xd8)
    throw invalid('invalid_live_frame', `Frame ${frame.sequence} is no JPEG of at most 512 KiB.`);
  return { ...frame, mark: opens ? 'opens' : null, jpeg: bytes };
}

/** How frames come in, and what their publishers tell of their sources. */
export function liveCommands(dependencies: {
  readonly execute: Execute;
  readonly store: Pick<EventStore, 'readStream'>;
  readonly sources: Pick<LiveSourcesReader, 'one'>;
  readonly topic: Pick<FrameTopic, 'publish' | 'discard'>;
  readonly erase: (stream: string) => Promise<void>;
  readonly now: () => Instant;
  readonly heartbeatSeconds: number;
  readonly countPublished: (frames: number) => void;
}) {
  const { execute, store, sources, topic, erase, now, heartbeatSeconds, countPublished } = dependencies;
  const knownAt = new Map<string, Instant>();

  /** As far as it has been told by now: a source that ended a moment ago may still be published to. */
  async function assertOpen(sourceId: string): Promise<void> {
    const at = now();
    const lastAt = knownAt.get(sourceId);
    if (lastAt !== undefined && Math.abs(secondsBetween(lastAt, at)) < KNOWN_SECONDS) return;
    const source = await sources.one(sourceId);
    if (source?.status === 'ended')
      throw conflict('live_source_closed', `Live source ${sourceId} has ended: begin another one.`, {
        sourceId,
      });
    // The view may not know of one that has just begun.
    if (!source && (await store.readStream(liveStream(sourceId), { limit: 1 })).length === 0)
      throw notFound('live_source_not_found', `There is no live source ${sourceId}.`, { sourceId });
    if (knownAt.size >= MOST_KNOWN) knownAt.clear();
    knownAt.set(sourceId, at);
  }

  return [
    endpoint({
      method: 'POST',
      path: '/v1/live',
      summary: 'Begin a live source, whose frames are looked at as they are published',
      tag: 'live',
      access: 'operator',
      body: z.strictObject({
        name: z.string().trim().min(1).max(200).describe('What people call it; not its address'),
        kind: z.enum(liveKinds),
        everySeconds: z.number().min(0.1).max(3600).describe('The time from one frame to the next'),
      }),
      success: {
        status: 202,
        description: 'It has begun',
        schema: position.extend({ sourceId: z.string() }),
      },
      async handle(request) {
        const sourceId = liveSourceIdOf(request.commandId);
        const data = { sourceId, ...request.body, heartbeatSeconds };
        const { position } = await execute(fromRequest(request, { type: 'StartLiveSource', data }));
        return { ...accepted(position, { sourceId }), headers: { location: `/v1/live/${sourceId}` } };
      },
    }),
    endpoint({
      method: 'POST',
      path: '/v1/live/:id/frames',
      summary: 'Publish frames of a live source; when too many wait, the oldest are dropped',
      tag: 'live',
      access: 'operator',
      params,
      body: z.strictObject({
        frames: z.array(frameSchema).min(1).max(MOST_FRAMES),
        droppedBefore,
      }),
      success: {
        status: 202,
        description:
          'They wait to be looked at, or make others wait no longer: none of them is kept for good',
        schema: z.object({
          pushedOut: z.int().describe('Frames of the source that made room, where that is known by now'),
        }),
      },
      async handle({ params, body }) {
        await assertOpen(params.id);
        const frames = body.frames.map(toFrame);
        const { pushedOut } = await topic.publish(params.id, frames, body.droppedBefore);
        countPublished(frames.length);
        return { status: 202, body: { pushedOut } };
      },
    }),
    endpoint({
      method: 'POST',
      path: '/v1/live/:id/interruption',
      summary: 'Tell that a live source broke off, and when it is tried again',
      tag: 'live',
      access: 'operator',
      params,
      body: z.strictObject({
        code: codeSchema,
        retryInSeconds: z.number().nonnegative().max(86_400).nullable().default(null),
        nextSequence: z
          .int()
          .nonnegative()
          .nullable()
          .default(null)
          .describe('Frames from this number on come after it; those before it may still be looked at'),
      }),
      success: { status: 202, description: 'It is told', schema: position },
      async handle(request) {
        const { code, retryInSeconds, nextSequence } = request.body;
        const retryAt = retryInSeconds === null ? null : addSeconds(now(), retryInSeconds);
        const data = { sourceId: request.params.id, code, retryAt, nextSequence };
        const { position } = await execute(fromRequest(request, { type: 'InterruptLiveSource', data }));
        return accepted(position);
      },
    }),
    endpoint({
      method: 'POST',
      path: '/v1/live/:id/end',
      summary: 'End a live source: nothing more comes of it',
      tag: 'live',
      access: 'operator',
      params,
      body: z.strictObject({
        reason: z.enum(['finished', 'stopped', 'failed']).default('stopped'),
        code: codeSchema.nullable().default(null).describe('Why it failed'),
        droppedBefore,
      }),
      success: { status: 202, description: 'It has ended', schema: position },
      async handle(request) {
        const sourceId = request.params.id;
        const { droppedBefore, ...how } = request.body;
        const data = { sourceId, ...how };
        const { position } = await execute(fromRequest(request, { type: 'EndLiveSource', data }));
        knownAt.delete(sourceId);
        // Whoever looks at its frames tells at once of the last ones.
        const last = { sequence: 0, occurredAt: now(), atSeconds: null, mark: 'ends' } as const;
        await topic.publish(sourceId, [{ ...last, jpeg: new Uint8Array() }], droppedBefore).catch(() => {});
        return accepted(position);
      },
    }),
    endpoint({
      method: 'DELETE',
      path: '/v1/live/:id',
      summary: 'Take a live source that has ended out of the list, and erase its name',
      tag: 'live',
      access: 'operator',
      params,
      success: { status: 202, description: 'It is gone', schema: position },
      async handle(request) {
        const sourceId = request.params.id;
        const { position } = await execute(
          fromRequest(request, { type: 'RemoveLiveSource', data: { sourceId } }),
        );
        // Cut off in between, it is done by a repeat.
        await erase(liveStream(sourceId));
        knownAt.delete(sourceId);
        // Nobody pays for what nobody may ask about any more; where the topic is away it is gone soon anyway.
        await topic.discard(sourceId).catch(() => {});
        return accepted(position);
      },
    }),
  ];
}
