import { describe, expect, test } from 'vitest';
import type { MediaEvent } from '../../../src/domain/media/media-events.js';
import { mediaId, probe, rendition, renditionCompleted } from '../../kit/media-fixtures.js';
import { soundTrack } from '../../kit/sound-tracks.js';
import { publishedItem, uploadedItem } from './item-events.js';
import type { ViewsUnderTest } from './views-under-test.js';

const storyboard = {
  ...{ blobPrefix: 'media/m1/thumbnails/j1-1', sprites: ['sprite-000.jpg'], columns: 10, rows: 10 },
  ...{ tileWidth: 160, tileHeight: 90, tileCount: 15, intervalSeconds: 2 },
};
const [track] = probe.audio;
const chapters = [{ startSeconds: 0, endSeconds: 12.5, title: 'One' }];
const made: readonly MediaEvent[] = [
  {
    type: 'MediaProbed',
    data: {
      ...{ mediaId, kind: 'video' },
      probe: {
        ...probe,
        chapters,
        subtitles: [
          { codec: 'subrip', language: 'eng', streamIndex: 2, isForced: true },
          { codec: 'ass', language: null, streamIndex: 3 },
        ],
        trackTitles: { 2: 'Signs', 3: 'Songs' },
        audio: track
          ? [
              { ...track, language: 'eng' },
              { ...track, streamIndex: 2, isDefault: false, isCommentary: true, isDescription: true },
            ]
          : [],
      },
    },
  },
  renditionCompleted('360p'),
  { type: 'PosterGenerated', data: { mediaId, poster: { blobKey: 'media/m1/poster', atSeconds: 1 } } },
  { type: 'ThumbnailsGenerated', data: { mediaId, poster: null, storyboard } },
  {
    type: 'DerivativeGenerated',
    data: {
      mediaId,
      derivative: {
        ...{ name: 'preview.gif', contentType: 'image/gif', sizeBytes: 9 },
        ...{ blobKey: 'media/m1/gif', details: { startSeconds: 1 } },
      },
    },
  },
];
const subtitles: MediaEvent = {
  type: 'DerivativeGenerated',
  data: {
    mediaId,
    derivative: {
      ...{ name: 'subtitles/2.m3u8', contentType: 'application/vnd.apple.mpegurl', sizeBytes: 9 },
      ...{ blobKey: 'media/m1/subtitles/2.m3u8', details: { streamIndex: 2 } },
    },
  },
};
const scenesFound: MediaEvent = {
  type: 'DerivativeGenerated',
  data: {
    mediaId,
    derivative: {
      ...{ name: 'scenes.json', contentType: 'application/json', sizeBytes: 90, blobKey: 'media/m1/scenes' },
      details: { chapters: [{ startSeconds: 0, endSeconds: 30 }] },
    },
  },
};
const wholeItem: readonly MediaEvent[] = [
  ...uploadedItem(mediaId),
  ...made,
  { type: 'MediaPublished', data: { mediaId } },
];

export function playbackReading(views: () => ViewsUnderTest): void {
  const playback = () => views().readers.playback;
  const everythingOf = async (id: string) => [
    await playback().derivative(id, 'poster.jpg'),
    await playback().derivative(id, 'preview.gif'),
    await playback().storyboard(id),
    await playback().chapters(id),
    await playback().original(id),
    await playback().renditions(id),
  ];

  describe('playback', () => {
    test('of a published item there is everything that players and pages fetch', async () => {
      await views().tell(wholeItem);
      const { segmentCount: _, sizeBytes: __, durationSeconds: ___, ...stored } = rendition('360p');
      expect(await playback().renditions(mediaId)).toEqual([stored]);
      expect(await playback().soundTracks(mediaId)).toEqual([
        soundTrack({ streamIndex: 1, channels: 6, language: 'eng' }),
        soundTrack({
          ...{ streamIndex: 2, channels: 6, isDefault: false, title: 'Signs' },
          ...{ isCommentary: true, isDescription: true },
        }),
      ]);
      expect(await playback().derivative(mediaId, 'poster.jpg')).toEqual({
        file: { blobKey: 'media/m1/poster', contentType: 'image/jpeg' },
      });
      expect(await playback().derivative(mediaId, 'preview.gif')).toEqual({
        file: { blobKey: 'media/m1/gif', contentType: 'image/gif' },
      });
      expect(await playback().derivative(mediaId, 'another.gif')).toEqual({ file: null });
      expect(await playback().storyboard(mediaId)).toEqual({ storyboard, durationSeconds: 30 });
      expect(await playback().chapters(mediaId)).toEqual({ source: 'file', chapters });
      expect(await playback().original(mediaId)).toEqual({
        ...{ blobKey: 'media/m1/original', filename: 'clip.mp4', contentType: 'video/mp4' },
      });
    });

    test('text is there to be shown once its file is', async () => {
      await views().tell(wholeItem);
      expect(await playback().subtitleTracks(mediaId)).toEqual([]);
      await views().tell([subtitles]);
      expect(await playback().subtitleTracks(mediaId)).toEqual([
        {
          ...{ streamIndex: 2, language: 'eng', title: 'Signs' },
          ...{ isDefault: false, isForced: true, isForHearingImpaired: false, isCommentary: false },
        },
      ]);
      await views().tell([{ type: 'MediaDeleted', data: { mediaId } }]);
      expect(await playback().subtitleTracks(mediaId)).toEqual([]);
    });

    test('a published item may still be without pictures', async () => {
      await views().tell(publishedItem(mediaId));
      expect(await playback().derivative(mediaId, 'poster.jpg')).toEqual({ file: null });
      expect(await playback().storyboard(mediaId)).toEqual({ storyboard: null, durationSeconds: null });
      expect(await playback().soundTracks(mediaId)).toEqual([]);
      expect(await playback().chapters(mediaId)).toEqual({ source: null, chapters: [] });
    });

    test('where a file tells of no chapters, its scenes do', async () => {
      await views().tell([...publishedItem(mediaId), scenesFound]);
      expect(await playback().chapters(mediaId)).toEqual({
        source: 'scenes',
        chapters: [{ startSeconds: 0, endSeconds: 30, title: null }],
      });
    });

    test('chapters of the file go before those of its scenes', async () => {
      await views().tell([...wholeItem, scenesFound]);
      expect(await playback().chapters(mediaId)).toEqual({ source: 'file', chapters });
    });

    test.each<[string, readonly MediaEvent[]]>([
      ['being processed', [...uploadedItem(mediaId), ...made]],
      [
        'rejected after its publication',
        [...wholeItem, { type: 'MediaRejected', data: { mediaId, by: 'reviewer', reason: 'no' } }],
      ],
      ['deleted', [...wholeItem, { type: 'MediaDeleted', data: { mediaId } }]],
      ['unknown', []],
    ])('of an item that is %s there is nothing', async (_, events) => {
      await views().tell(events);
      expect(await everythingOf(mediaId)).toEqual([
        undefined,
        undefined,
        undefined,
        undefined,
        undefined,
        [],
      ]);
    });

    test('a rendition that was made anew is played from its new place', async () => {
      const again = { ...rendition('360p'), blobPrefix: 'media/m1/hls/j2-1/360p' };
      await views().tell(wholeItem);
      await views().tell([{ type: 'RenditionCompleted', data: { mediaId, rendition: again } }]);
      expect((await playback().renditions(mediaId)).map(({ blobPrefix }) => blobPrefix)).toEqual([
        'media/m1/hls/j2-1/360p',
      ]);
    });
  });
}
