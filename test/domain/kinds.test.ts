import { describe, expect, test } from 'vitest';
import type { MediaKind } from '../../src/core/media-kind.js';
import { kindTable, takenAs } from '../../src/domain/media/kinds/kind-table.js';
import type { Probe } from '../../src/domain/media/media-values.js';
import { planProcessing } from '../../src/domain/media/steps/plan-processing.js';
import { mediaId, photograph, probe, rendition } from '../kit/media-fixtures.js';

const sound: Probe = { ...probe, video: null };
const nothing: Probe = { ...sound, audio: [] };

const files: readonly [name: string, file: Probe, kind: MediaKind | undefined][] = [
  ['a film', probe, 'video'],
  ['a film without sound', { ...probe, audio: [] }, 'video'],
  ['a picture', photograph, 'image'],
  ['sound alone', sound, 'audio'],
  ['nothing to see or to hear', nothing, undefined],
];

test.each(files)('%s is of one kind at the most', (_name, file, kind) => {
  const kinds = Object.entries(kindTable).flatMap(([name, row]) => (row.isOf(file) ? [name] : []));
  expect(kinds).toEqual(kind ? [kind] : []);
});

test.each([
  ['a film', probe, { kind: 'video' }],
  ['a picture', photograph, { kind: 'image' }],
  ['sound alone', sound, { kind: 'audio' }],
  ['nothing to see or to hear', nothing, { refusal: { code: 'no_video' } }],
])('%s is taken as what it is, or not at all', (_name, file, expected) => {
  expect(takenAs(file)).toMatchObject(expected);
});

describe('an item can be played', () => {
  const video = { ...rendition(), kind: 'video' } as const;
  const audio = { ...rendition('audio'), kind: 'audio' } as const;
  const nobody = { renditions: {}, hasSound: false };

  test('as a video when a picture rung is there, and the sound where the plan has some', () => {
    const { isPlayable } = kindTable.video;
    expect(isPlayable(nobody)).toBe(false);
    expect(isPlayable({ renditions: { video }, hasSound: false })).toBe(true);
    expect(isPlayable({ renditions: { video }, hasSound: true })).toBe(false);
    expect(isPlayable({ renditions: { video, audio }, hasSound: true })).toBe(true);
  });

  test('as sound in any of its qualities', () => {
    expect(kindTable.audio.isPlayable(nobody)).toBe(false);
    expect(kindTable.audio.isPlayable({ renditions: { audio }, hasSound: false })).toBe(true);
  });

  test('as a picture with the files it is published with', () => {
    expect(kindTable.image.isPlayable(nobody)).toBe(true);
  });
});

test('a picture is seen in its size, under its content type, and has no ladder', () => {
  expect(kindTable.image.sizeOf(photograph)).toEqual({ width: 3024, height: 4032 });
  expect(kindTable.image.contentTypeOf(photograph)).toBe('image/jpeg');
  expect(planProcessing(mediaId, 'image', photograph)).toMatchObject({ data: { ladder: [], audio: null } });
});
