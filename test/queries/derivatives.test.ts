import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { BlobStore } from '../../src/core/blob-store.js';
import { type DerivativeKind, isOfKind } from '../../src/core/derivative.js';
import { nothingAtHand } from '../../src/core/hot-answers.js';
import type { PlaybackReader } from '../../src/core/readers/playback.js';
import type { EndpointRequest } from '../../src/http/endpoint.js';
import { playbackQueries } from '../../src/queries/playback.js';

const shared = { contentType: 'text/vtt', details: z.object({}) };
const cover: DerivativeKind = { ...shared, path: 'cover.vtt', summary: 'Cover' };
const subtitles: DerivativeKind = { ...shared, path: 'subtitles/:file', summary: 'Subtitles' };

describe('a kind of file that is served', () => {
  test.each([
    [cover, ['cover.vtt'], ['cover', 'cover.vtt/x', 'subtitles/cover.vtt']],
    [
      subtitles,
      ['subtitles/de.vtt', 'subtitles/pt-BR.2.vtt'],
      ['subtitles', 'subtitles/', 'subtitles/a/b', 'subtitles/../original', 'subtitles/.a', 'other/de.vtt'],
    ],
  ])('has files whose names are as its path says: %o', (kind, names, others) => {
    expect([...names, ...others].filter((name) => isOfKind(kind, name))).toEqual(names);
  });

  const stored: Readonly<Record<string, string>> = { 'subtitles/de.vtt': 'media/m1/subtitles/j1-1/de.vtt' };
  const reader = {
    derivative: async (mediaId: string, name: string) =>
      mediaId === 'm1'
        ? { file: stored[name] ? { blobKey: stored[name], contentType: 'text/vtt' } : null }
        : undefined,
  } as unknown as PlaybackReader;
  const blobs = {
    stat: async (key: string) => ({ key, sizeBytes: 3, modifiedAt: '2026-11-21T09:30:00.000Z' }),
    read: async (key: string) => Readable.from([key]),
  } as unknown as BlobStore;
  const endpoints = playbackQueries(reader, blobs, nothingAtHand, {
    ...{ publicOriginals: false, segmentCacheSeconds: 0, derivatives: [cover, subtitles] },
  });
  const get = (path: string, params: object) => {
    const found = endpoints.find((each) => each.path === `/v1/media/:id/${path}`);
    return found?.handle({ params: found.params?.parse(params), headers: {} } as unknown as EndpointRequest);
  };

  test('is served by name where an item may have several', async () => {
    const answer = await get('subtitles/:file', { id: 'm1', file: 'de.vtt' });
    expect(answer).toMatchObject({ status: 200, headers: { 'content-type': 'text/vtt' } });
  });

  test('says which one is not there, and of whose item there is nothing', async () => {
    const missing = { code: 'derivative_not_found', message: expect.stringContaining('subtitles/fr.vtt') };
    await expect(get('subtitles/:file', { id: 'm1', file: 'fr.vtt' })).rejects.toMatchObject(missing);
    await expect(get('cover.vtt', { id: 'm1' })).rejects.toMatchObject({ code: 'derivative_not_found' });
    await expect(get('cover.vtt', { id: 'm2' })).rejects.toMatchObject({ code: 'media_not_playable' });
  });
});
