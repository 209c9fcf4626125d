import { expect, test } from 'vitest';
import { toMetadata, toPublicMetadata } from '../../src/queries/media-metadata.js';

const metadata: Parameters<typeof toMetadata>[0] = {
  mediaId: 'm1',
  status: 'published',
  technical: {
    ...{ container: 'mov,mp4', durationSeconds: 30, bitrateBps: 1_000_000, sizeBytes: 4_000_000 },
    ...{ video: { codec: 'h264' }, audio: [{ codec: 'aac' }], subtitles: [] },
    trackTitles: { 1: 'Commentary' },
    chapters: [{ startSeconds: 0, endSeconds: 30, title: 'Arrival' }],
    leftOut: [{ streamIndex: 2, kind: 'audio', codec: 'tta', reason: 'codec_not_taken' }],
    tags: { 'com.apple.quicktime.location.ISO6709': '+52.5200+013.4050/' },
    learntLater: 'the serial number of the camera',
  },
  chapters: { source: 'file', chapters: [{ startSeconds: 0, endSeconds: 30, title: 'Arrival' }] },
  ladder: [],
  leftOutRungs: [{ name: '1080p', why: 'shows_nothing_more' }],
  sound: null,
  quality: { rungs: [{ name: '360p', ssim: 0.98 }] },
  tags: [],
  tagModel: null,
  moderation: { model: { model: 'm' }, frames: [{ atSeconds: 1 }] },
  details: { title: 'Clip', description: '', tags: [], filename: 'clip.mp4' },
  ...{ suggesting: null, suggestion: null, accepted: null },
};

test('the public is told what a player may want to know, and nothing that a probe tells besides', () => {
  expect(toPublicMetadata(metadata)).toEqual({
    id: 'm1',
    technical: {
      ...{ container: 'mov,mp4', durationSeconds: 30, bitrateBps: 1_000_000, sizeBytes: 4_000_000 },
      ...{ image: null, video: { codec: 'h264' }, audio: [{ codec: 'aac' }], subtitles: [] },
      trackTitles: { 1: 'Commentary' },
      chapters: [{ startSeconds: 0, endSeconds: 30, title: 'Arrival' }],
      tags: {},
    },
    photo: null,
    chapters: { source: 'file', chapters: [{ startSeconds: 0, endSeconds: 30, title: 'Arrival' }] },
    ladder: [],
    leftOutRungs: [{ name: '1080p', why: 'shows_nothing_more' }],
    sound: null,
    quality: { rungs: [{ name: '360p', ssim: 0.98 }] },
    tags: [],
    tagModel: null,
    ...{ moderation: null, values: null, suggestions: null },
  });
});

test('an operator is told all of it', () => {
  expect(toMetadata(metadata, { withLocation: false })).toMatchObject({
    technical: metadata.technical,
    moderation: { frames: [{ atSeconds: 1 }] },
  });
});

const location = { latitude: 52.5, longitude: 13.4, altitudeMetres: 34 };
const photograph = {
  ...metadata,
  technical: { tags: {}, photo: { cameraModel: 'iPhone 15', software: '17.1', title: 'At home', location } },
};

test('where a photograph was taken is told to nobody but an operator who asks', () => {
  expect(toMetadata(photograph, { withLocation: true }).photo).toMatchObject({ location });
  expect(toMetadata(photograph, { withLocation: false }).photo).toMatchObject({ location: null });
  expect(JSON.stringify(toMetadata(photograph, { withLocation: false }))).not.toContain('52.5');
  expect(JSON.stringify(toPublicMetadata(photograph))).not.toContain('52.5');
});

test('the public is told how a photograph was taken, and not what was written beside', () => {
  const { photo } = toPublicMetadata(photograph);
  expect(photo).toMatchObject({ cameraModel: 'iPhone 15' });
  expect(JSON.stringify(photo)).not.toMatch(/17\.1|At home/);
});
