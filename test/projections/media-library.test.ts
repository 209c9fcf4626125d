import { describe, expect, test } from 'vitest';
import type { Row } from '../../src/core/projection.js';
import type { MediaEvent } from '../../src/domain/media/media-events.js';
import { mediaLibrary } from '../../src/projections/media-library.js';
import {
  failed,
  framesFor,
  mediaId,
  model,
  moderated,
  planned,
  policy,
  probe,
  registered,
  renditionCompleted,
  started,
  uploaded,
} from '../kit/media-fixtures.js';
import { rowsAfter } from '../kit/project-rows.js';

const probed: MediaEvent = { type: 'MediaProbed', data: { mediaId, kind: 'video', probe } };
const published: MediaEvent = { type: 'MediaPublished', data: { mediaId } };
const rejected: MediaEvent = { type: 'MediaRejected', data: { mediaId, by: 'policy', reason: 'no' } };
const deleted: MediaEvent = { type: 'MediaDeleted', data: { mediaId } };
const reviewed = (decision: 'approve' | 'reject'): MediaEvent => ({
  type: 'MediaReviewed',
  data: { mediaId, about: 'review', decision, reason: 'fine', reviewer: 'ada', policy },
});
const processingFailed: MediaEvent = {
  type: 'ProcessingFailed',
  data: { mediaId, step: 'transcode', code: 'ffmpeg_failed', message: 'no' },
};
const retried = (wasFailed: boolean): MediaEvent => ({
  type: 'ProcessingRetried',
  data: { mediaId, steps: ['transcode'], wasFailed },
});
const tagged: MediaEvent = {
  type: 'TagsGenerated',
  data: {
    mediaId,
    model,
    tags: [{ label: 'dog', confidence: 0.9, appearances: [{ startSeconds: 0, endSeconds: 3 }] }],
  },
};
const storyboard = {
  blobPrefix: 'media/m1/thumbnails/j1-1',
  sprites: ['sprite-000.jpg'],
  ...{ columns: 10, rows: 10, tileWidth: 160, tileHeight: 90, tileCount: 15, intervalSeconds: 2 },
};
const postered: MediaEvent = {
  type: 'PosterGenerated',
  data: { mediaId, poster: { blobKey: 'media/m1/poster/j1-1/poster.jpg', atSeconds: 3 } },
};
const pictured: MediaEvent = {
  type: 'ThumbnailsGenerated',
  data: { mediaId, poster: { blobKey: 'media/m1/thumbnails/j1-1/poster.jpg', atSeconds: 3 }, storyboard },
};

const gif = { blobKey: 'media/m1/gif/j1-1/preview.gif', sizeBytes: 9 };
const animated: MediaEvent = {
  type: 'DerivativeGenerated',
  data: {
    mediaId,
    derivative: { ...gif, name: 'preview.gif', contentType: 'image/gif', details: { startSeconds: 5 } },
  },
};
const animatedBefore: MediaEvent = {
  type: 'PreviewGifGenerated',
  data: { mediaId, gif: { ...gif, startSeconds: 5 } },
};

const at = (place: number) => `2026-11-21T09:30:00.00${place}Z`;

const items: readonly [string, readonly MediaEvent[], Row][] = [
  [
    'an announced item is uploading',
    [registered],
    {
      media_id: mediaId,
      status: 'uploading',
      title: 'Clip',
      description: '',
      tags: ['a'],
      filename: 'clip.mp4',
      content_type: 'video/mp4',
      size_bytes: null,
      created_at: at(1),
      updated_at: at(1),
    },
  ],
  [
    'an uploaded one is processed, its size no longer a claim',
    [registered, uploaded],
    {
      status: 'processing',
      size_bytes: 4_500_000,
      sha256: 'ab',
      blob_key: 'media/m1/original',
      updated_at: at(2),
    },
  ],
  [
    'one that never came has failed, and says why',
    [registered, { type: 'UploadFailed', data: { mediaId, code: 'empty_file', message: 'empty' } }],
    { status: 'failed', failure: { step: 'upload', code: 'empty_file', message: 'empty' } },
  ],
  [
    'a probed one has a length and a size',
    [registered, uploaded, probed],
    { type: 'video', duration_seconds: 30, width: 640, height: 360, status: 'processing' },
  ],
  ['a storyboard comes with its layout', [registered, pictured], { storyboard }],
  ['an animated preview is a change of it', [registered, animated], { updated_at: at(2) }],
  [
    'another rendition is a change of it, also once it is published',
    [registered, uploaded, published, renditionCompleted('540p')],
    { status: 'published', updated_at: at(4) },
  ],
  ['what a model saw can be searched for', [registered, tagged], { detected_tags: ['dog'], tags: ['a'] }],
  [
    'an approval alone publishes nothing',
    [registered, uploaded, moderated('approved')],
    {
      status: 'processing',
      moderation: {
        outcome: 'approved',
        by: 'policy',
        rule: 'r',
        explanation: 'e',
        policy,
        decidedAt: at(3),
      },
    },
  ],
  ['doubt is shown as review', [registered, uploaded, moderated('in_review')], { status: 'in_review' }],
  [
    'what was published says since when',
    [registered, uploaded, moderated('approved'), published],
    { status: 'published', published_at: at(4), failure: null },
  ],
  [
    'what was taken down is rejected by who did it, and what is published again says since when it first was',
    [
      ...[registered, uploaded, moderated('approved'), published],
      { type: 'MediaPublished', data: { mediaId, again: true } },
    ],
    { status: 'published', published_at: at(4) },
  ],
  [
    'a rejected item is one, whatever it was before',
    [registered, uploaded, processingFailed, moderated('rejected'), rejected],
    { status: 'rejected', failure: null },
  ],
  [
    'a person’s approval waits for something to play',
    [registered, uploaded, moderated('in_review'), reviewed('approve')],
    {
      status: 'processing',
      moderation: {
        outcome: 'approved',
        by: 'ada',
        rule: 'reviewed',
        explanation: 'fine',
        policy,
        decidedAt: at(4),
      },
    },
  ],
  [
    'a person’s rejection is one',
    [registered, uploaded, moderated('in_review'), reviewed('reject'), rejected],
    { status: 'rejected' },
  ],
  [
    'a failure says which step and why',
    [registered, uploaded, processingFailed],
    { status: 'failed', failure: { step: 'transcode', code: 'ffmpeg_failed', message: 'no' } },
  ],
  [
    'a failed item that is retried is processed again',
    [registered, uploaded, processingFailed, retried(true)],
    { status: 'processing', failure: null },
  ],
  [
    'a published item stays so while an extra is done again',
    [registered, uploaded, published, retried(false)],
    { status: 'published' },
  ],
  [
    'a change of details leaves out what it does not name',
    [registered, { type: 'MediaDetailsChanged', data: { mediaId, title: 'New' } }],
    { title: 'New', tags: ['a'], description: '' },
  ],
  ['a deleted item is one', [registered, uploaded, published, deleted], { status: 'deleted' }],
  [
    'a step that fails or begins is not the item’s status',
    [registered, uploaded, started('tag'), failed('tag')],
    { status: 'processing' },
  ],
];

describe('media library', () => {
  test.each(items)('%s', (_, events, expected) => {
    expect(rowsAfter(mediaLibrary, events).media_library).toEqual([expect.objectContaining(expected)]);
  });

  test('what is shown stays so, by the same decision, when something for a person comes to light', () => {
    const shown: MediaEvent[] = [registered, uploaded, moderated('approved'), published];
    const decided: MediaEvent = {
      type: 'ModerationDecided',
      data: {
        ...{ mediaId, outcome: 'approved', rule: 'listed_words', explanation: 'e', causes: [], policy },
        ...{ audit: true, whileShown: true },
      },
    };
    expect(rowsAfter(mediaLibrary, [...shown, decided])).toEqual(rowsAfter(mediaLibrary, shown));
  });

  test('a rendition that is made anew takes the place of the old one', () => {
    const again: MediaEvent = {
      type: 'RenditionCompleted',
      data: {
        mediaId,
        rendition: {
          ...{ name: '360p', kind: 'video', width: 640, height: 360, frameRate: 25, codecs: 'avc1.64001e' },
          ...{ averageBitrateBps: 1, peakBitrateBps: 2, segmentCount: 5, sizeBytes: 9, durationSeconds: 30 },
          blobPrefix: 'media/m1/hls/j2-1/360p',
        },
      },
    };
    const rows = rowsAfter(mediaLibrary, [
      registered,
      renditionCompleted('360p'),
      renditionCompleted('540p'),
      again,
    ]);
    expect(rows.media_renditions?.map(({ name, blob_prefix }) => [name, blob_prefix])).toEqual([
      ['540p', 'media/m1/hls/j1-1/540p'],
      ['360p', 'media/m1/hls/j2-1/360p'],
    ]);
  });

  test('metadata gathers what was found; frames show their scores and not where they are kept', () => {
    const frames = framesFor('approved');
    const rows = rowsAfter(mediaLibrary, [
      registered,
      probed,
      planned('transcode'),
      { type: 'ModerationScored', data: { mediaId, model, frames } },
      tagged,
    ]);
    expect(rows.media_metadata).toEqual([
      {
        media_id: mediaId,
        probe,
        ladder: [],
        left_out_rungs: [],
        moderation_model: model,
        moderation_frames: frames.map(({ atSeconds, scores }) => ({ atSeconds, scores })),
        detected_tags: tagged.data.tags,
        tag_model: model,
      },
    ]);
  });

  test('a deletion takes renditions and metadata along', () => {
    const rows = rowsAfter(mediaLibrary, [registered, uploaded, probed, renditionCompleted(), deleted]);
    expect([rows.media_renditions, rows.media_metadata]).toEqual([[], []]);
  });
});

describe('files that are served as they are', () => {
  const filesAfter = (...events: MediaEvent[]) =>
    rowsAfter(mediaLibrary, [registered, ...events]).media_derivatives?.map((row) => [
      row.name,
      row.blob_key,
    ]);

  test('are kept by name, with where they lie and what is told of them', () => {
    expect(rowsAfter(mediaLibrary, [registered, postered, animated]).media_derivatives).toEqual([
      {
        ...{ media_id: mediaId, name: 'poster.jpg', content_type: 'image/jpeg', size_bytes: null },
        ...{ details: { atSeconds: 3 }, blob_key: 'media/m1/poster/j1-1/poster.jpg' },
      },
      {
        ...{ media_id: mediaId, name: 'preview.gif', content_type: 'image/gif', size_bytes: 9 },
        ...{ details: { startSeconds: 5 }, blob_key: 'media/m1/gif/j1-1/preview.gif' },
      },
    ]);
  });

  test('hold the poster that earlier releases drew with the storyboard', () => {
    expect(filesAfter(pictured)).toEqual([['poster.jpg', 'media/m1/thumbnails/j1-1/poster.jpg']]);
  });

  test('are the same where an earlier release told of an animated preview', () => {
    const rows = (event: MediaEvent) => rowsAfter(mediaLibrary, [registered, event]);
    expect(rows(animatedBefore)).toEqual(rows(animated));
  });

  test('keep the poster when a storyboard comes without one', () => {
    const alone = { ...pictured, data: { ...pictured.data, poster: null } } as MediaEvent;
    expect(filesAfter(postered, alone)).toEqual([['poster.jpg', 'media/m1/poster/j1-1/poster.jpg']]);
  });

  test('go with their item', () => {
    expect(filesAfter(postered, animated, deleted)).toEqual([]);
  });
});
