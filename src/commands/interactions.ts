import { z } from 'zod';
import { invalid, MediaFlowError, notFound, retold } from '../core/errors.js';
import type { EventStore } from '../core/event-store.js';
import { latest, START } from '../core/position.js';
import { type Instant, secondsBetween } from '../core/time.js';
import type { Viewers } from '../core/viewers.js';
import { mediaStream } from '../domain/media/media.js';
import { interactionTypeSchema, valueProblem } from '../domain/viewer/viewer.js';
import { accepted, endpoint } from '../http/endpoint.js';
import { type Execute, fromRequest } from './execute.js';

export const userIdSchema = z.string().trim().min(1).max(200);

const interactionSchema = z
  .strictObject({
    userId: userIdSchema,
    mediaId: z.string().min(1).max(200),
    type: interactionTypeSchema,
    value: z.number().optional().describe('progress: share watched, 0 to 1; rate: 0 to 5'),
    occurredAt: z.iso
      .datetime({ offset: true })
      .optional()
      .describe('When it happened, 1970 or later and not in the future; without it, now'),
  })
  .superRefine(({ type, value }, context) => {
    const problem = valueProblem(type, value);
    if (problem) context.addIssue({ code: 'custom', path: ['value'], message: problem });
  });

/** Clocks of clients may run ahead by this much. */
const CLOCK_TOLERANCE_SECONDS = 24 * 3600;
const MAXIMUM_AT_ONCE = 1000;
/** Ids of items known to exist; they never cease to. */
const KNOWN_CAPACITY = 50_000;

export function interactionCommands(dependencies: {
  readonly execute: Execute;
  readonly store: Pick<EventStore, 'readStream'>;
  readonly viewers: Pick<Viewers, 'idsOf'>;
  readonly now: () => Instant;
}) {
  const { execute, store, viewers, now } = dependencies;
  const known = new Set<string>();

  async function exists(mediaId: string): Promise<boolean> {
    if (known.has(mediaId)) return true;
    const [first] = await store.readStream(mediaStream(mediaId), { limit: 1 });
    if (!first) return false;
    if (known.size >= KNOWN_CAPACITY) known.clear();
    known.add(mediaId);
    return true;
  }

  /** The whole list is refused before anything of it is stored. */
  async function refuseUnknown(mediaIds: readonly string[]): Promise<void> {
    const distinct = [...new Set(mediaIds)];
    const found = await Promise.all(distinct.map(exists));
    const missing = distinct.filter((_, index) => !found[index]);
    if (missing.length > 0)
      throw notFound('media_not_found', `There is no media ${missing.slice(0, 3).join(', ')}.`, {
        mediaIds: missing.slice(0, 20),
      });
  }

  return [
    endpoint({
      method: 'POST',
      path: '/v1/interactions',
      summary: 'What viewers did: one interaction, or a list of them',
      tag: 'recommendations',
      access: 'operator',
      body: z.union([interactionSchema, z.array(interactionSchema).min(1).max(MAXIMUM_AT_ONCE)]),
      success: {
        status: 202,
        description: 'Every one of them is durable',
        schema: z.object({ accepted: z.int(), position: z.string() }),
      },
      async handle(request) {
        const interactions = [request.body].flat();
        const receivedAt = now();
        interactions.forEach((interaction, index) => {
          if (isOutOfTime(interaction.occurredAt, receivedAt))
            throw atIndex(outOfTime(receivedAt), index, interactions.length);
        });
        await refuseUnknown(interactions.map((interaction) => interaction.mediaId));
        const viewerIds = await viewers.idsOf(interactions.map(({ userId }) => userId));
        const told = interactions.map(({ userId, ...rest }) => ({
          userId: viewerIds.get(userId) as string,
          ...rest,
        }));
        // A hash of what came would tell whoever guesses a user id that the guess is right.
        const unhashed = { ...request, requestHash: null };
        const results = await Promise.allSettled(
          told.map(({ userId, mediaId, type, value, occurredAt }, index) =>
            execute(
              fromRequest(
                unhashed,
                {
                  type: 'RecordInteraction',
                  data: {
                    userId,
                    mediaId,
                    type,
                    value: value ?? null,
                    occurredAt: occurredAt ? new Date(occurredAt).toISOString() : receivedAt,
                  },
                },
                // The content too: nothing is read before an append here, so it is the id that tells another wish apart.
                `${index}:${JSON.stringify(told[index])}`,
              ),
            ),
          ),
        );
        const failed = results.findIndex((result) => result.status === 'rejected');
        const failure = results[failed];
        if (failure?.status === 'rejected') throw atIndex(failure.reason, failed, interactions.length);
        const positions = results.flatMap((result) =>
          result.status === 'fulfilled' ? [result.value.position] : [],
        );
        return accepted(positions.reduce(latest, START), { accepted: interactions.length });
      },
    }),
  ];
}

/** A time no calendar of a view holds, or one that would count as interest for years to come. */
const isOutOfTime = (occurredAt: string | undefined, receivedAt: Instant): boolean =>
  occurredAt !== undefined &&
  (Date.parse(occurredAt) < 0 || secondsBetween(receivedAt, occurredAt) > CLOCK_TOLERANCE_SECONDS);

const outOfTime = (receivedAt: Instant) =>
  invalid('occurred_at_out_of_range', `"occurredAt" lies between 1970 and now, which is ${receivedAt}.`);

const atIndex = (error: unknown, index: number, count: number): unknown =>
  error instanceof MediaFlowError && count > 1
    ? retold(error, `Interaction ${index}: ${error.message}`, { ...error.details, index })
    : error;
