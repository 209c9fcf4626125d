import { describe, expect, test } from 'vitest';
import type { ChunkPolicy } from '../../src/domain/media/chunks.js';
import { videoKind } from '../../src/domain/media/kinds/video-kind.js';
import type { Probe } from '../../src/domain/media/media-values.js';
import { planProcessing } from '../../src/domain/media/steps/plan-processing.js';
import { stepTable } from '../../src/domain/media/steps/step-table.js';
import { mediaId, probe, rendition } from '../kit/media-fixtures.js';

const track = (streamIndex: number, said: Partial<Probe['audio'][number]> = {}): Probe['audio'][number] => ({
  ...{ streamIndex, codec: 'aac', channels: 2, sampleRateHz: 48_000, bitrateBps: 128_000 },
  ...{ language: null, isDefault: false },
  ...said,
});
const filmOf = (...audio: Probe['audio']): Probe => ({ ...probe, durationSeconds: 600, audio });

function planOf(film: Probe, chunking?: ChunkPolicy) {
  const planned = planProcessing(mediaId, 'video', film, { chunking });
  if (planned.type !== 'ProcessingPlanned') throw new Error('This is no plan');
  return {
    ...planned.data,
    further: planned.data.steps.filter(({ step }) => step.startsWith('audio-track')),
  };
}
const bitrateOf = (made: readonly { readonly bitrateBps: number }[]) =>
  made.reduce((sum, { bitrateBps }) => sum + bitrateBps, 0);

describe('a film of several tracks of sound', () => {
  test('has its main one made as ever, and a step for each other one, when it can be published', () => {
    const film = filmOf(track(1), track(2, { isDefault: true, channels: 6 }), track(4, { channels: 1 }));
    const { audio, ladder, further, steps } = planOf(film);
    const made = { bitrateBps: 128_000, paddedToSeconds: 600 };
    expect(audio).toEqual({ streamIndex: 2, channels: 2, ...made });
    const urgent = steps.filter(({ after }) => after.length === 0).map(({ step }) => step);
    expect(further).toEqual([
      {
        step: 'audio-track:1',
        after: urgent,
        input: {
          audio: { streamIndex: 1, channels: 2, ...made },
          besidesBps: bitrateOf(ladder) + 128_000,
        },
      },
      {
        step: 'audio-track:4',
        after: urgent,
        input: {
          audio: { streamIndex: 4, channels: 1, ...made },
          besidesBps: bitrateOf(ladder) + 256_000,
        },
      },
    ]);
  });

  test('has them so in chunks as well', () => {
    const seekable = { ...filmOf(track(1), track(2)), container: 'matroska' };
    const video = seekable.video && {
      ...seekable.video,
      durationSeconds: 600,
      longestSeekSeconds: 2,
      frameRate: 25,
    };
    const { steps, further } = planOf({ ...seekable, video }, { fromSeconds: 60, chunkSeconds: 60 });
    expect(steps.some(({ step }) => step.startsWith('chunk:'))).toBe(true);
    expect(further.map(({ step }) => step)).toEqual(['audio-track:2']);
  });

  test('has no more of them than a film may have', () => {
    const { further } = planOf(filmOf(...Array.from({ length: 40 }, (_, index) => track(index + 1))));
    expect(further).toHaveLength(15);
  });

  test('of which there is one is planned as before there could be more', () => {
    const { audio, further } = planOf(filmOf(track(1)));
    expect(audio).toEqual({ streamIndex: 1, bitrateBps: 128_000, channels: 2 });
    expect(further).toEqual([]);
  });

  test('goes on without one that fails, and is not played with one alone', () => {
    expect(stepTable['audio-track']).toMatchObject({
      ...{ whenFailed: 'item_goes_on', isPublishedWith: false },
    });
    const made = (...names: string[]) =>
      Object.fromEntries(
        names.map((name) => [
          name,
          { ...rendition(name), kind: name.startsWith('audio') ? ('audio' as const) : ('video' as const) },
        ]),
      );
    const isPlayable = (...names: string[]) =>
      videoKind.isPlayable({ renditions: made(...names), hasSound: true });
    expect(isPlayable('360p', 'audio-2')).toBe(false);
    expect(isPlayable('360p', 'audio-2', 'audio')).toBe(true);
  });
});
