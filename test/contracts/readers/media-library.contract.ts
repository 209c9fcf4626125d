import { describe, expect, test } from 'vitest';
import { positionAt } from '../../../src/core/numbered-position.js';
import type { MediaEvent } from '../../../src/domain/media/media-events.js';
import {
  completed,
  mediaId,
  model,
  moderated,
  planned,
  probe,
  quality,
  registered,
  registration,
  rendition,
  renditionCompleted,
  started,
} from '../../kit/media-fixtures.js';
import { measured, song, soundRendition } from '../../kit/sound-fixtures.js';
import { soundTrack } from '../../kit/sound-tracks.js';
import { ofItem, publishedItem, uploadedItem } from './item-events.js';
import { libraryLists } from './media-library-lists.js';
import { librarySearch } from './media-library-search.js';
import type { ViewsUnderTest } from './views-under-test.js';

const leftOut = [
  { streamIndex: 2, kind: 'audio' as const, codec: 'tta', reason: 'codec_not_taken' as const },
];
const probed: MediaEvent = {
  type: 'MediaProbed',
  data: { mediaId, kind: 'video', probe: { ...probe, leftOut, tags: { title: 'Home' } } },
};
const sound: MediaEvent = {
  type: 'RenditionCompleted',
  data: {
    mediaId,
    rendition: {
      ...rendition('audio'),
      ...{ kind: 'audio', width: null, height: null, frameRate: null, codecs: 'mp4a.40.2' },
    },
  },
};
const high: MediaEvent = {
  type: 'RenditionCompleted',
  data: { mediaId, rendition: { ...rendition('720p'), width: 1280, height: 720 } },
};
const gif: MediaEvent = {
  type: 'PreviewGifGenerated',
  data: { mediaId, gif: { blobKey: 'g', startSeconds: 1, sizeBytes: 9 } },
};
const poster: MediaEvent = {
  type: 'PosterGenerated',
  data: { mediaId, poster: { blobKey: 'p', atSeconds: 1 } },
};
const pictures = [
  { name: 'poster.jpg', contentType: 'image/jpeg', sizeBytes: null, details: { atSeconds: 1 } },
  { name: 'preview.gif', contentType: 'image/gif', sizeBytes: 9, details: { startSeconds: 1 } },
];
const tagged: MediaEvent = {
  type: 'TagsGenerated',
  data: { mediaId, model, tags: [{ label: 'dog', confidence: 0.9, appearances: [] }] },
};
const deleted: MediaEvent = { type: 'MediaDeleted', data: { mediaId } };

export function mediaLibraryReading(views: () => ViewsUnderTest): void {
  const library = () => views().readers.mediaLibrary;

  describe('media library', () => {
    test('an item that was only announced is shown with what is known of it', async () => {
      await views().tell([registered], '2026-11-21T08:00:00.000Z');
      expect(await library().item(mediaId)).toEqual({
        ...{ mediaId, status: 'uploading', type: null, title: 'Clip', description: '', tags: ['a'] },
        ...{
          detectedTags: [],
          filename: 'clip.mp4',
          contentType: 'video/mp4',
          sizeBytes: null,
          sha256: null,
          duplicateOf: null,
        },
        ...{
          durationSeconds: null,
          width: null,
          height: null,
          song: null,
          derivatives: [],
          hasStoryboard: false,
          ...{ soundTracks: [], subtitleTracks: [], chaptersSource: null },
        },
        ...{
          moderation: null,
          failure: null,
          renditions: [],
          leftOut: [],
          steps: [],
          publishedAt: null,
        },
        ...{ createdAt: '2026-11-21T08:00:00.000Z', updatedAt: '2026-11-21T08:00:00.000Z' },
      });
    });

    test('tracks that turned out to be nothing that can be served are left out beside those of the probe', async () => {
      const track = { streamIndex: 5, kind: 'subtitle', codec: 'ass', reason: 'cannot_be_decoded' } as const;
      const turnedOut: MediaEvent = { type: 'TracksLeftOut', data: { mediaId, tracks: [track] } };
      await views().tell([...uploadedItem(mediaId), probed, turnedOut]);
      expect((await library().item(mediaId))?.leftOut).toEqual([...leftOut, track]);
      expect((await library().metadata(mediaId))?.technical?.leftOut).toEqual([...leftOut, track]);
    });

    test('an item whose bytes were there before tells which item had them first', async () => {
      const sent = (id: string, sha256: string) =>
        ofItem(
          id,
          { type: 'MediaRegistered', data: { ...registration.data, mediaId: id } },
          { type: 'MediaUploaded', data: { mediaId: id, blobKey: 'b', sizeBytes: 1, sha256 } },
        );
      const told = async () => {
        const items = await Promise.all(['c', 'a', 'b', 'other'].map((id) => library().item(id)));
        return items.map((item) => item?.duplicateOf);
      };
      for (const id of ['c', 'a', 'b']) await views().tell(sent(id, 'same'));
      await views().tell(sent('other', 'other'));
      await views().tell(
        ofItem('waiting', { type: 'MediaRegistered', data: { ...registration.data, mediaId: 'waiting' } }),
      );
      expect(await told()).toEqual([null, 'c', 'c', null]);
      const page = { after: null, limit: 10, files: false };
      const listed = await library().page({ withDeleted: false }, { ...page, making: true });
      expect(listed.items.map(({ duplicateOf }) => duplicateOf).toSorted()).toEqual([
        'c',
        'c',
        null,
        null,
        null,
      ]);
      const unasked = await library().page({ withDeleted: false }, { ...page, making: false });
      expect(unasked.items.filter(({ duplicateOf }) => duplicateOf !== null)).toEqual([]);

      await views().tell(ofItem('c', { type: 'MediaDeleted', data: { mediaId: 'c' } }));
      expect(await told()).toEqual([null, null, 'a', null]);
    });

    test('originals with the same bytes are told, the latest first, of items that came before and are not deleted', async () => {
      const sent = (id: string, sha256: string) =>
        ofItem(
          id,
          { type: 'MediaRegistered', data: { ...registration.data, mediaId: id } },
          { type: 'MediaUploaded', data: { mediaId: id, blobKey: `media/${id}`, sizeBytes: 1, sha256 } },
        );
      for (const id of ['c', 'a', 'b', 'd']) await views().tell(sent(id, 'same'));
      await views().tell(sent('other', 'other'));
      const earlier = (place: number, limit = 9) =>
        library().originalsBefore({ sha256: 'same', position: positionAt(place) }, limit);
      expect(await earlier(9)).toEqual(['media/d', 'media/b', 'media/a', 'media/c']);
      expect(await earlier(9, 2)).toEqual(['media/d', 'media/b']);
      expect(await earlier(6)).toEqual(['media/a', 'media/c']);
      expect(await earlier(2)).toEqual([]);
      await views().tell(ofItem('a', { type: 'MediaDeleted', data: { mediaId: 'a' } }));
      expect(await earlier(6)).toEqual(['media/c']);
    });

    test('an item is shown with what was found and made of it', async () => {
      await views().tell([...uploadedItem(mediaId), probed, gif, poster, tagged, moderated('approved')]);
      await views().tell(ofItem(mediaId, { type: 'MediaPublished', data: { mediaId } }));
      expect(await library().item(mediaId)).toMatchObject({
        soundTracks: [soundTrack({ streamIndex: 1, channels: 6 })],
        ...{ status: 'published', type: 'video', sizeBytes: 4_500_000, sha256: 'ab', durationSeconds: 30 },
        ...{ width: 640, height: 360, derivatives: pictures, detectedTags: ['dog'], leftOut },
        moderation: { outcome: 'approved', by: 'policy', rule: 'r', explanation: 'e' },
        publishedAt: '2026-11-21T09:30:00.008Z',
      });
    });

    test('pictures come before sound, the lowest first, with what a player has to know', async () => {
      await views().tell([...uploadedItem(mediaId), sound, high, renditionCompleted('360p')]);
      const item = await library().item(mediaId);
      expect(item?.renditions.map(({ name }) => name)).toEqual(['360p', '720p', 'audio']);
      const { blobPrefix: _, segmentCount: __, ...shown } = rendition('360p');
      expect(item?.renditions[0]).toEqual(shown);
    });

    test('a song is shown with what it tells of itself and its exact length, its qualities from the lowest on', async () => {
      await views().tell([
        ...uploadedItem(mediaId),
        { type: 'MediaProbed', data: { mediaId, kind: 'audio', probe: song } },
        { type: 'RenditionCompleted', data: { mediaId, rendition: soundRendition('256k', 260_000) } },
        { type: 'RenditionCompleted', data: { mediaId, rendition: soundRendition('64k', 66_000) } },
        { type: 'SoundMeasured', data: { mediaId, sound: measured } },
      ]);
      expect(await library().item(mediaId)).toMatchObject({
        ...{ type: 'audio', contentType: 'audio/mpeg', width: null, song: song.song },
        durationSeconds: measured.durationSeconds,
        renditions: [{ name: '64k' }, { name: '256k' }],
      });
      expect(await library().metadata(mediaId)).toMatchObject({ sound: measured });
      await views().tell([deleted]);
      expect(await library().item(mediaId)).toMatchObject({ status: 'deleted', song: null, renditions: [] });
    });

    test('what was measured of the rungs is told with what else is known of an item', async () => {
      await views().tell([...uploadedItem(mediaId), { type: 'QualityMeasured', data: { mediaId, quality } }]);
      expect(await library().metadata(mediaId)).toMatchObject({ quality });
    });

    test('what is suggested is told beside what people wrote, as is what they took of it, and goes with its item', async () => {
      const ask = (requestId: string): MediaEvent => ({
        type: 'MetadataRequested',
        data: { mediaId, requestId },
      });
      const suggestion = {
        ...{ requestId: 'r2', taxonomy: { version: '1', hash: 'ab' } },
        ...{ model: { provider: 'p', model: 'm', version: '1' }, isRemembered: false },
        ...{ title: { text: 'At sea', confidence: 0.5 }, summary: null, tags: [], genre: null },
      };
      await views().tell([...uploadedItem(mediaId), ask('r1')]);
      expect(await library().metadata(mediaId)).toMatchObject({
        ...{ suggesting: { status: 'requested', failure: null }, suggestion: null, accepted: null },
      });
      const failing = { mediaId, requestId: 'r1', code: 'c', message: 'm' };
      await views().tell([{ type: 'MetadataFailed', data: failing }]);
      expect((await library().metadata(mediaId))?.suggesting).toMatchObject({ failure: { code: 'c' } });
      const title = { text: 'At sea', confidence: 0.5, model: suggestion.model };
      await views().tell([
        ask('r2'),
        { type: 'MetadataSuggested', data: { mediaId, ...suggestion, askedHash: 'h' } },
        { type: 'MetadataAccepted', data: { mediaId, title, description: null, tags: [] } },
        { type: 'MediaDetailsChanged', data: { mediaId, title: 'At sea' } },
      ]);
      const known = await library().metadata(mediaId);
      expect(known).toMatchObject({
        ...{ suggesting: null, suggestion, accepted: { title }, details: { title: 'At sea' } },
      });
      expect(JSON.stringify(known)).not.toContain('askedHash');
      await views().tell([deleted]);
      expect(await library().metadata(mediaId)).toBeUndefined();
    });

    test('steps come in the order they were queued in, each as it stands', async () => {
      const retryAt = '2026-11-21T10:00:00.000Z';
      await views().tell([
        ...[...uploadedItem(mediaId), started('probe'), completed('probe'), planned('tag'), started('tag')],
        {
          type: 'StepAttemptFailed',
          data: { mediaId, step: 'tag', jobId: 'j1', attempt: 1, code: 'c', message: 'm', retryAt },
        },
      ]);
      const steps = (await library().item(mediaId))?.steps;
      expect(steps).toMatchObject([
        { step: 'probe', status: 'completed', attempt: 1, fraction: 1, error: null, retryAt: null },
        { step: 'tag', status: 'waiting_to_retry', attempt: 1, error: { code: 'c', message: 'm' } },
      ]);
      expect(Date.parse(steps?.[1]?.retryAt ?? '')).toBe(Date.parse(retryAt));
    });

    test('a deleted item is known to be one, and nothing that was made of it is kept', async () => {
      await views().tell([...publishedItem(mediaId), probed, renditionCompleted('360p'), poster, deleted]);
      expect(await library().item(mediaId)).toMatchObject({
        ...{ status: 'deleted', renditions: [], derivatives: [], leftOut: [] },
      });
      expect(await library().metadata(mediaId)).toBeUndefined();
    });

    test.each(['m2', '', 'm\0', '\ud800', "' or true --"])('no item has the id %j', async (id) => {
      await views().tell(publishedItem(mediaId));
      expect(await library().item(id)).toBeUndefined();
    });

    test('of many items asked for at once each is the one that was asked for', async () => {
      const ids = Array.from({ length: 30 }, (_, index) => `m${index}`);
      await views().tell(ids.flatMap((id) => publishedItem(id, { title: `The ${id}` })));
      const items = await Promise.all([...ids, 'none', ...ids].map((id) => library().item(id)));
      expect(items.map((item) => item?.title)).toEqual(
        [...ids, 'none', ...ids].map((id) => (id === 'none' ? undefined : `The ${id}`)),
      );
    });

    test('metadata is what the probe and the models found, null where they have not looked yet', async () => {
      await views().tell(uploadedItem(mediaId));
      expect(await library().metadata(mediaId)).toEqual({
        ...{
          mediaId,
          status: 'processing',
          technical: null,
          chapters: { source: null, chapters: [] },
          sound: null,
          details: { title: 'Clip', description: '', tags: ['a'], filename: 'clip.mp4' },
          ...{ suggesting: null, suggestion: null, accepted: null },
          quality: null,
          ladder: null,
          leftOutRungs: null,
          tags: null,
          tagModel: null,
        },
        moderation: { model: null, frames: null },
      });
      await views().tell([probed, tagged]);
      expect(await library().metadata(mediaId)).toMatchObject({
        technical: { container: 'mov,mp4', tags: { title: 'Home' } },
        tags: [{ label: 'dog', confidence: 0.9, appearances: [] }],
        tagModel: model,
      });
      expect(await library().metadata('m2')).toBeUndefined();
    });

    libraryLists(views);
    librarySearch(views);
  });
}
