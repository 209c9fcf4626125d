import type { Projection, RowOperation } from '../core/projection.js';
import { derivativesIn } from '../domain/media/derivatives.js';
import { kindTable } from '../domain/media/kinds/kind-table.js';
import type { MediaEvent } from '../domain/media/media-events.js';

type Handlers = Projection<MediaEvent>['on'];
type Probed = Extract<MediaEvent, { type: 'MediaProbed' }>['data'];
type RecordedMedia = Parameters<NonNullable<Handlers['MediaRegistered']>>[0]['metadata'];

const patch = (mediaId: string, metadata: RecordedMedia, row: Record<string, never> | object) =>
  ({
    patch: 'media_library',
    key: { media_id: mediaId },
    row: { ...row, updated_at: metadata.occurredAt },
  }) as const;

const putDerivatives = (
  event: MediaEvent & { readonly data: { readonly mediaId: string } },
): RowOperation[] =>
  derivativesIn(event).map(({ name, contentType, sizeBytes, details, blobKey }) => ({
    put: 'media_derivatives',
    key: { media_id: event.data.mediaId, name },
    row: { content_type: contentType, size_bytes: sizeBytes, details, blob_key: blobKey },
  }));

/** The bytes know better than the sender; a container without a name leaves what the sender said. */
function contentTypeColumn({ kind, probe }: Probed): { readonly content_type?: string } {
  const contentType = kindTable[kind].contentTypeOf(probe);
  return contentType === null ? {} : { content_type: contentType };
}

type Reviewed = Extract<MediaEvent, { type: 'MediaReviewed' }>['data'];

/** What a person's decision is called beside the policy's rules, where it was about something else than doubt. */
const RULES: Readonly<Partial<Record<Reviewed['about'], string>>> = {
  takedown: 'taken_down',
  audit: 'audited',
  appeal: 'appeal',
};

/** Otherwise published, rejected or failed follow in the same append where they apply. */
const leavesItAsItIs = ({ about, decision }: Reviewed): boolean =>
  decision === 'approve' ? about === 'audit' || about === 'takedown' : about === 'appeal';

/** What the public and the owner see of an item, and everything needed to play it. */
export const mediaLibrary: Projection<MediaEvent> = {
  name: 'media-library',
  version: 7,
  tables: {
    media_library: ['media_id'],
    media_renditions: ['media_id', 'name'],
    media_derivatives: ['media_id', 'name'],
    media_metadata: ['media_id'],
  },
  on: {
    MediaRegistered: ({ data, metadata }) => [
      {
        put: 'media_library',
        key: { media_id: data.mediaId },
        row: {
          status: 'uploading',
          title: data.title,
          description: data.description,
          tags: data.tags,
          filename: data.filename,
          content_type: data.contentType,
          size_bytes: data.declaredSizeBytes,
          created_at: metadata.occurredAt,
          updated_at: metadata.occurredAt,
        },
      },
      { put: 'media_metadata', key: { media_id: data.mediaId }, row: {} },
    ],
    PullAnswered: ({ data, metadata }) => [
      patch(data.mediaId, metadata, {
        ...(data.filename !== null && { filename: data.filename }),
        ...(data.contentType !== null && { content_type: data.contentType }),
        size_bytes: data.sizeBytes,
      }),
    ],
    MediaUploaded: ({ data, metadata, position }) => [
      patch(data.mediaId, metadata, {
        status: 'processing',
        size_bytes: data.sizeBytes,
        sha256: data.sha256,
        blob_key: data.blobKey,
        uploaded_position: position,
      }),
    ],
    UploadFailed: ({ data, metadata }) => [
      patch(data.mediaId, metadata, {
        status: 'failed',
        failure: { step: 'upload', code: data.code, message: data.message },
      }),
    ],
    MediaProbed: ({ data, metadata }) => [
      patch(data.mediaId, metadata, {
        status: 'processing',
        failure: null,
        type: data.kind,
        ...contentTypeColumn(data),
        duration_seconds: kindTable[data.kind].lengthOf(data.probe),
        song: data.probe.song,
        ...(kindTable[data.kind].sizeOf(data.probe) ?? { width: null, height: null }),
      }),
      { patch: 'media_metadata', key: { media_id: data.mediaId }, row: { probe: data.probe } },
    ],
    ProcessingPlanned: ({ data }) => [
      {
        patch: 'media_metadata',
        key: { media_id: data.mediaId },
        row: { ladder: data.ladder, left_out_rungs: data.leftOutRungs ?? [] },
      },
    ],
    // What it is, and how long, stays as what is played of it has it.
    ProcessingExtended: ({ data: { mediaId, probe }, metadata }) => [
      patch(mediaId, metadata, { song: probe.song }),
      { patch: 'media_metadata', key: { media_id: mediaId }, row: { probe } },
    ],
    RenditionCompleted: ({ data: { mediaId, rendition }, metadata }) => [
      patch(mediaId, metadata, {}),
      {
        put: 'media_renditions',
        key: { media_id: mediaId, name: rendition.name },
        row: {
          kind: rendition.kind,
          width: rendition.width,
          height: rendition.height,
          frame_rate: rendition.frameRate,
          average_bitrate_bps: rendition.averageBitrateBps,
          peak_bitrate_bps: rendition.peakBitrateBps,
          codecs: rendition.codecs,
          segment_count: rendition.segmentCount,
          size_bytes: rendition.sizeBytes,
          duration_seconds: rendition.durationSeconds,
          blob_prefix: rendition.blobPrefix,
        },
      },
    ],
    ThumbnailsGenerated: (event) => [
      patch(event.data.mediaId, event.metadata, { storyboard: event.data.storyboard }),
      ...putDerivatives(event),
    ],
    PosterGenerated: (event) => [patch(event.data.mediaId, event.metadata, {}), ...putDerivatives(event)],
    DerivativeGenerated: (event) => [patch(event.data.mediaId, event.metadata, {}), ...putDerivatives(event)],
    PreviewGifGenerated: (event) => [patch(event.data.mediaId, event.metadata, {}), ...putDerivatives(event)],
    ModerationScored: ({ data }) => [
      {
        patch: 'media_metadata',
        key: { media_id: data.mediaId },
        row: {
          moderation_model: data.model,
          moderation_frames: data.frames.map(({ atSeconds, scores }) => ({ atSeconds, scores })),
        },
      },
    ],
    // What is shown stays so, by the decision it is shown by.
    ModerationDecided: ({ data, metadata }) =>
      data.whileShown
        ? []
        : [
            patch(data.mediaId, metadata, {
              moderation: {
                outcome: data.outcome,
                by: 'policy',
                rule: data.rule,
                explanation: data.explanation,
                policy: data.policy,
                decidedAt: metadata.occurredAt,
              },
              // Published, rejected or failed follow in the same append where they apply.
              status: data.outcome === 'in_review' ? 'in_review' : 'processing',
              failure: null,
            }),
          ],
    MediaReviewed: ({ data, metadata }) => [
      patch(data.mediaId, metadata, {
        ...(leavesItAsItIs(data) ? {} : { status: 'processing', failure: null }),
        moderation: {
          outcome: data.decision === 'approve' ? 'approved' : 'rejected',
          by: data.reviewer,
          rule: RULES[data.about] ?? 'reviewed',
          explanation: data.reason,
          policy: data.policy,
          decidedAt: metadata.occurredAt,
        },
      }),
    ],
    SoundMeasured: ({ data: { mediaId, sound }, metadata }) => [
      patch(mediaId, metadata, { duration_seconds: sound.durationSeconds }),
      { patch: 'media_metadata', key: { media_id: mediaId }, row: { sound } },
    ],
    QualityMeasured: ({ data: { mediaId, quality } }) => [
      { patch: 'media_metadata', key: { media_id: mediaId }, row: { quality } },
    ],
    TracksLeftOut: ({ data: { mediaId, tracks }, metadata }) => [
      patch(mediaId, metadata, {}),
      { patch: 'media_metadata', key: { media_id: mediaId }, row: { left_out: tracks } },
    ],
    TagsGenerated: ({ data, metadata }) => [
      patch(data.mediaId, metadata, { detected_tags: data.tags.map((tag) => tag.label) }),
      {
        patch: 'media_metadata',
        key: { media_id: data.mediaId },
        row: { detected_tags: data.tags, tag_model: data.model },
      },
    ],
    MetadataRequested: ({ data: { mediaId }, metadata }) => [
      {
        patch: 'media_metadata',
        key: { media_id: mediaId },
        row: {
          suggesting: { status: 'requested', requestedAt: metadata.occurredAt, failure: null },
        },
      },
    ],
    MetadataSuggested: ({ data: { mediaId, askedHash: _, ...suggestion }, metadata }) => [
      {
        patch: 'media_metadata',
        key: { media_id: mediaId },
        row: { suggesting: null, suggestion: { ...suggestion, suggestedAt: metadata.occurredAt } },
      },
    ],
    MetadataFailed: ({ data: { mediaId, code, message }, metadata }) => [
      {
        patch: 'media_metadata',
        key: { media_id: mediaId },
        row: {
          suggesting: { status: 'failed', failedAt: metadata.occurredAt, failure: { code, message } },
        },
      },
    ],
    MetadataAccepted: ({ data: { mediaId, ...accepted } }) => [
      { patch: 'media_metadata', key: { media_id: mediaId }, row: { accepted } },
    ],
    MediaPublished: ({ data, metadata }) => [
      patch(data.mediaId, metadata, {
        status: 'published',
        ...(!data.again && { published_at: metadata.occurredAt }),
        failure: null,
      }),
    ],
    MediaRejected: ({ data, metadata }) => [patch(data.mediaId, metadata, { status: 'rejected' })],
    ProcessingFailed: ({ data, metadata }) => [
      patch(data.mediaId, metadata, {
        status: 'failed',
        failure: { step: data.step, code: data.code, message: data.message },
      }),
    ],
    ProcessingRetried: ({ data, metadata }) => [
      // A published item stays published while a failed extra is done again.
      ...(data.wasFailed
        ? [
            patch(data.mediaId, metadata, {
              status: data.steps.includes('pull') ? 'uploading' : 'processing',
              failure: null,
            }),
          ]
        : []),
    ],
    MediaDetailsChanged: ({ data: { mediaId, ...changed }, metadata }) => [patch(mediaId, metadata, changed)],
    MediaDeleted: ({ data, metadata }) => [
      patch(data.mediaId, metadata, {
        status: 'deleted',
        // What people wrote goes at once, whatever is left of it in history.
        ...{ title: '', description: '', filename: '', tags: [], moderation: null, song: null },
      }),
      { remove: 'media_renditions', key: { media_id: data.mediaId } },
      { remove: 'media_derivatives', key: { media_id: data.mediaId } },
      { remove: 'media_metadata', key: { media_id: data.mediaId } },
    ],
  },
};
