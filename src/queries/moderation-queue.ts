import { z } from 'zod';
import type { BlobStore } from '../core/blob-store.js';
import { notFound } from '../core/errors.js';
import { mediaKinds } from '../core/media-kind.js';
import {
  type ModerationQueueReader,
  moderationQueueViews,
  type ScoredFrame,
  waitingStatuses,
} from '../core/readers/moderation-queue.js';
import { addSeconds, type Instant } from '../core/time.js';
import { hindranceOf } from '../core/who-may-decide.js';
import { endpoint } from '../http/endpoint.js';
import { servedTypeOf } from './original-type.js';
import { serveBlob } from './serve-blob.js';

const saidSchema = z.object({
  decision: z.enum(['approve', 'reject']),
  reason: z.string(),
  reviewer: z.string(),
  at: z.string(),
});

const queueItemSchema = z.object({
  mediaId: z.string(),
  title: z.string(),
  type: z.enum(mediaKinds).nullable(),
  status: z.enum([...waitingStatuses, 'rejected']),
  rule: z.string(),
  explanation: z.string(),
  policy: z
    .object({ version: z.string(), hash: z.string() })
    .nullable()
    .describe('Which policy decided; null where none was asked, and of decisions by earlier releases'),
  causes: z
    .array(
      z.object({
        class: z.string(),
        score: z.number(),
        atSeconds: z.number(),
        pictureUrl: z.string().describe('The frame as the model saw it'),
      }),
    )
    .describe('What speaks against it, the surest first, of each class a few'),
  head: z
    .object({ modelId: z.string(), score: z.number(), threshold: z.number() })
    .nullable()
    .describe(
      'What a model trained on reviewers’ decisions says: how much it is like what they rejected, 0 to 1, and from where on a person decides; null where none was in use',
    ),
  model: z.looseObject({}).nullable(),
  scores: z
    .record(z.string(), z.number())
    .describe('Highest of all frames, by class: adult, suggestive, violence, graphic, text'),
  frames: z.array(
    z.object({ url: z.string(), atSeconds: z.number(), scores: z.record(z.string(), z.number()) }),
  ),
  pictureUrl: z
    .string()
    .nullable()
    .describe(
      'What to show of it: the frame that speaks most against it, else the first; of a picture all of it; null of sound without a cover',
    ),
  originalUrl: z.string(),
  since: z.string(),
  decision: saidSchema
    .extend({ about: z.string() })
    .nullable()
    .describe('What a person decided before; null where it was the policy alone'),
  opinion: saidSchema.nullable().describe('What one person said that another has to agree on'),
  appeal: z
    .object({ text: z.string(), appellant: z.string(), at: z.string() })
    .nullable()
    .describe('Why it should be shown, by who objects to its rejection'),
  hindrance: z
    .string()
    .nullable()
    .describe('Why nobody may decide on this appeal, and what to do about it; null where somebody may'),
  claim: z
    .object({ reviewer: z.string(), until: z.string() })
    .nullable()
    .describe('Who looks at it, and until when nobody else decides'),
});

const frameUrl = (mediaId: string, index: number): string =>
  `/v1/moderation/queue/${mediaId}/frames/${index}.jpg`;

function highestScores(frames: readonly ScoredFrame[]): Record<string, number> {
  const highest: Record<string, number> = {};
  for (const frame of frames)
    for (const [name, score] of Object.entries(frame.scores))
      highest[name] = Math.max(highest[name] ?? 0, score);
  return highest;
}

export function moderationQueueQueries({
  queue,
  blobs,
  now,
  reviewers,
  longestClaimSeconds,
}: {
  readonly queue: ModerationQueueReader;
  readonly blobs: BlobStore;
  readonly now: () => Instant;
  /** All there are. */
  readonly reviewers: readonly string[];
  /** From now on. */
  readonly longestClaimSeconds: () => number;
}) {
  async function reviewable<Found>(mediaId: string, asked: Promise<Found | undefined>): Promise<Found> {
    const found = await asked;
    if (found === undefined)
      throw notFound('not_in_review', `There is nothing for a reviewer to decide on media ${mediaId}.`, {
        mediaId,
      });
    return found;
  }

  return [
    endpoint({
      method: 'GET',
      path: '/v1/moderation/queue',
      summary: 'What a person may decide on, oldest first, with the scores and the rule that sent it there',
      tag: 'moderation',
      access: 'operator',
      views: moderationQueueViews.oldest,
      query: z.strictObject({
        status: z
          .enum(['waiting', ...waitingStatuses, 'rejected'])
          .default('waiting')
          .describe(
            'What waits for a person, all of it or only what is in doubt, appealed against, to be taken down once a second person agrees, or looked at by chance; or what the policy rejected or somebody took down, and a person may still approve',
          ),
        free: z
          .enum(['true', 'false'])
          .optional()
          .describe(
            'Only what the caller may decide on now: nobody else has claimed it, and it is no appeal against, or proposal of, the caller',
          ),
        type: z.enum(mediaKinds).optional().describe('Only this kind of media'),
        limit: z.coerce.number().int().min(1).max(200).default(50),
      }),
      success: {
        status: 200,
        description: 'The queue',
        schema: z.object({ items: z.array(queueItemSchema) }),
      },
      async handle({ query, actor }) {
        const at = now();
        const { status, type, free, limit } = query;
        const latestClaim = addSeconds(at, longestClaimSeconds());
        const freeFor = free === 'true' ? { reviewer: actor, at, latestClaim } : undefined;
        const queued = await queue.oldest({ status, type, freeFor }, limit);
        return {
          body: {
            items: queued.map((item) => ({
              mediaId: item.mediaId,
              title: item.title,
              type: item.type,
              status: item.status,
              rule: item.rule,
              explanation: item.explanation,
              policy: item.policy,
              causes: item.causes.map((cause) => ({
                class: cause.class,
                score: cause.score,
                atSeconds: cause.atSeconds,
                pictureUrl: frameUrl(item.mediaId, cause.frame),
              })),
              head: item.head,
              model: item.model,
              scores: highestScores(item.frames),
              frames: item.frames.map((frame, index) => ({
                url: frameUrl(item.mediaId, index),
                atSeconds: frame.atSeconds,
                scores: frame.scores,
              })),
              pictureUrl: item.frames.length > 0 ? frameUrl(item.mediaId, item.causes[0]?.frame ?? 0) : null,
              originalUrl: `/v1/moderation/queue/${item.mediaId}/original`,
              since: item.since,
              decision: item.decision,
              opinion: item.opinion,
              appeal: item.appeal,
              hindrance: item.status === 'appeal' ? hindranceOf(item.deciders, reviewers) : null,
              claim:
                item.claim && item.claim.until > at && item.claim.until <= latestClaim ? item.claim : null,
            })),
          },
        };
      },
    }),
    endpoint({
      method: 'GET',
      path: '/v1/moderation/queue/:id/frames/:file',
      summary: 'A frame the model looked at, for reviewers only',
      tag: 'moderation',
      access: 'operator',
      views: moderationQueueViews.frames,
      params: z.object({ id: z.string().max(200), file: z.string().regex(/^\d{1,4}\.jpg$/) }),
      success: { status: 200, description: 'The picture', contentType: 'image/jpeg' },
      async handle(request) {
        const { params } = request;
        const frames = await reviewable(params.id, queue.frames(params.id));
        const frame = frames[Number.parseInt(params.file, 10)];
        if (!frame) throw notFound('file_not_found', 'There is no such frame.');
        return serveBlob(blobs, frame.blobKey, request, {
          contentType: 'image/jpeg',
          cacheControl: 'private, no-store',
        });
      },
    }),
    endpoint({
      method: 'GET',
      path: '/v1/moderation/queue/:id/original',
      summary: 'The uploaded file of an item that a person may decide on, for reviewers only',
      tag: 'moderation',
      access: 'operator',
      views: moderationQueueViews.original,
      params: z.object({ id: z.string().max(200) }),
      success: { status: 200, description: 'The bytes', contentType: 'application/octet-stream' },
      async handle(request) {
        const { params } = request;
        const original = await reviewable(params.id, queue.original(params.id));
        return serveBlob(blobs, original.blobKey, request, {
          contentType: servedTypeOf(original.contentType),
          cacheControl: 'private, no-store',
        });
      },
    }),
  ];
}
