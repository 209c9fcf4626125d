import type { Probe, Rendition } from '../../src/domain/media/media-values.js';
import type { SoundMeasured } from '../../src/domain/media/sound-values.js';
import { probe, rendition } from './media-fixtures.js';

/** A song without cover art, as a shop sells it. */
export const song: Probe = {
  ...{ container: 'mp3', durationSeconds: 215.04, bitrateBps: 193_000, sizeBytes: 5_190_000 },
  ...{ image: null, photo: null, video: null, cover: null },
  song: {
    ...{ title: 'Morning', artist: 'The Larks', album: 'Days', albumArtist: null },
    ...{ track: 3, trackCount: 12, disc: 1, year: 1999, genre: 'Folk' },
  },
  audio: [
    {
      ...{ streamIndex: 0, codec: 'mp3', channels: 2, sampleRateHz: 44_100, bitrateBps: 192_000 },
      ...{ language: null, isDefault: true },
    },
  ],
  ...{ subtitles: [], leftOut: [], tags: { title: 'Morning' } },
};

/** The same with cover art. */
export const songWithCover: Probe = {
  ...song,
  cover: probe.video && { ...probe.video, streamIndex: 1, codec: 'mjpeg', frameCount: 1, durationSeconds: 0 },
};

export const measured: SoundMeasured = {
  ...{ durationSeconds: 215.0133, sampleRateHz: 44_100, channels: 2 },
  ...{ integratedLufs: -9.4, loudnessRangeLu: 5.2, truePeakDbtp: 0.3, clippedSamples: 120 },
  ...{ silenceAtStartSeconds: 0.2, silenceAtEndSeconds: 1.5 },
  ...{ encoderDelaySamples: 1105, encoderPaddingSamples: 731 },
};

export const soundRendition = (name = '128k', peakBitrateBps = 130_000): Rendition => ({
  ...rendition(name),
  ...{ kind: 'audio', width: null, height: null, frameRate: null, codecs: 'mp4a.40.2', peakBitrateBps },
});
