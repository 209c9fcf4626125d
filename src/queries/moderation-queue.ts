import { z } from 'zod';
import type { BlobStore } from '../core/blob-store.js';
import { notFound } from '../core/errors.js';
import type { ReadDatabase } from '../core/read-database.js';
import { endpoint } from '../http/endpoint.js';
import { serveBlob } from './serve-blob.js';

interface Frame {
  readonly atSeconds: number;
  readonly blobKey: string;
  readonly scores: Readonly<Record<string, number>>;
}

interface QueueRow {
  readonly media_id: string;
  readonly title: string;
  readonly rule: string;
  readonly explanation: string;
  readonly model: object | null;
  readonly frames: Frame[];
  readonly since: Date;
}

const queueItemSchema = z.object({
  mediaId: z.string(),
  title: z.string(),
  rule: z.string(),
  explanation: z.string(),
  model: z.looseObject({}).nullable(),
  scores: z
    .record(z.string(), z.number())
    .describe('Highest of all frames, by class: adult, suggestive, violence, graphic, text'),
  frames: z.array(
    z.object({ url: z.string(), atSeconds: z.number(), scores: z.record(z.string(), z.number()) }),
  ),
  originalUrl: z.string(),
  since: z.string(),
});

function highestScores(frames: readonly Frame[]): Record<string, number> {
  const highest: Record<string, number> = {};
  for (const frame of frames)
    for (const [name, score] of Object.entries(frame.scores))
      highest[name] = Math.max(highest[name] ?? 0, score);
  return highest;
}

export function moderationQueueQueries(database: ReadDatabase, blobs: BlobStore) {
  const reviewable = async <Row extends object>(mediaId: string, sql: string): Promise<Row> => {
    const [row] = await database.query<Row>(sql, [mediaId]);
    if (!row)
      throw notFound('not_in_review', `There is nothing for a reviewer to decide on media ${mediaId}.`, {
        mediaId,
      });
    return row;
  };

  return [
    endpoint({
      method: 'GET',
      path: '/v1/moderation/queue',
      summary: 'What a person may decide on, oldest first, with the scores and the rule that sent it there',
      tag: 'moderation',
      access: 'operator',
      views: ['moderation-queue'],
      query: z.strictObject({
        status: z
          .enum(['in_review', 'rejected'])
          .default('in_review')
          .describe('What waits for a person, or what the policy rejected and a person may still approve'),
        limit: z.coerce.number().int().min(1).max(200).default(50),
      }),
      success: {
        status: 200,
        description: 'The queue',
        schema: z.object({ items: z.array(queueItemSchema) }),
      },
      async handle({ query }) {
        const rows = await database.query<QueueRow>(
          `select media_id, title, rule, explanation, model, frames, since from moderation_queue
           where rule is not null and waiting = $1 order by since limit $2`,
          [query.status === 'in_review', query.limit],
        );
        return {
          body: {
            items: rows.map((row) => ({
              mediaId: row.media_id,
              title: row.title,
              rule: row.rule,
              explanation: row.explanation,
              model: row.model,
              scores: highestScores(row.frames),
              frames: row.frames.map((frame, index) => ({
                url: `/v1/moderation/queue/${row.media_id}/frames/${index}.jpg`,
                atSeconds: frame.atSeconds,
                scores: frame.scores,
              })),
              originalUrl: `/v1/moderation/queue/${row.media_id}/original`,
              since: row.since.toISOString(),
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
      views: ['moderation-queue'],
      params: z.object({ id: z.string().max(200), file: z.string().regex(/^\d{1,4}\.jpg$/) }),
      success: { status: 200, description: 'The picture', contentType: 'image/jpeg' },
      async handle({ params, headers }) {
        const { frames } = await reviewable<{ frames: Frame[] }>(
          params.id,
          'select frames from moderation_queue where media_id = $1 and rule is not null',
        );
        const frame = frames[Number.parseInt(params.file, 10)];
        if (!frame) throw notFound('file_not_found', 'There is no such frame.');
        return serveBlob(blobs, frame.blobKey, headers, {
          contentType: 'image/jpeg',
          cacheControl: 'private, no-store',
        });
      },
    }),
    endpoint({
      method: 'GET',
      path: '/v1/moderation/queue/:id/original',
      summary: 'The uploaded file of an item in review or rejected by the policy, for reviewers only',
      tag: 'moderation',
      access: 'operator',
      views: ['moderation-queue', 'media-library'],
      params: z.object({ id: z.string().max(200) }),
      success: { status: 200, description: 'The bytes', contentType: 'video/mp4' },
      async handle({ params, headers }) {
        const { blob_key } = await reviewable<{ blob_key: string }>(
          params.id,
          `select m.blob_key from moderation_queue q join media_library m using (media_id)
           where q.media_id = $1 and q.rule is not null and m.blob_key is not null`,
        );
        return serveBlob(blobs, blob_key, headers, {
          contentType: 'video/mp4',
          cacheControl: 'private, no-store',
        });
      },
    }),
  ];
}
