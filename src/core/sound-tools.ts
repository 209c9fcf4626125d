import type { ChunkTools } from './chunk-tools.js';
import type { AudioStreamProbe } from './media-probe.js';
import type { QualityTools } from './quality-tools.js';
import type { SpeechTools } from './speech-tools.js';
import type { SubtitleTools } from './subtitle-tools.js';
import type { DrawnFile, TranscodedRendition, VideoTools } from './video-tools.js';

/** What is heard of a file that is sound alone, before anything is changed: in mono or stereo, at the rate it is served at. */
export interface SoundMeasurement {
  /** Of what is heard: without what an encoder has put before and behind it. */
  readonly durationSeconds: number;
  readonly sampleRateHz: number;
  readonly channels: number;
  /** EBU R128; null where nothing is loud and long enough to be measured. */
  readonly integratedLufs: number | null;
  readonly loudnessRangeLu: number | null;
  /** Null of digital silence. */
  readonly truePeakDbtp: number | null;
  /** In runs of three and more at full scale, of all channels. */
  readonly clippedSamples: number;
  /** Of less than a thousandth of full scale. */
  readonly silenceAtStartSeconds: number;
  readonly silenceAtEndSeconds: number;
  /** Samples that the file says its encoder has put before and behind, at the file's rate; null where it says nothing. */
  readonly encoderDelaySamples: number | null;
  readonly encoderPaddingSamples: number | null;
}

/** One quality of sound. */
export interface SoundRung {
  /** e.g. `128k`; unique in a ladder, safe in a path. */
  readonly name: string;
  readonly bitrateBps: number;
}

export interface SoundRequest {
  readonly inputPath: string;
  readonly outputFolder: string;
  readonly audio: AudioStreamProbe;
  /** By the file's packets. */
  readonly durationSeconds: number;
  readonly onProgress: (progress: { readonly fraction: number }) => void;
  readonly signal: AbortSignal;
}

/** What was done to make everything as loud as everything else. */
export interface ServedLoudness {
  readonly [name: string]: number | boolean | null;
  readonly gainDb: number;
  /** Peaks were taken off, so that it could be made that loud. */
  readonly isLimited: boolean;
  /** As it is served in this file. */
  readonly integratedLufs: number | null;
  readonly truePeakDbtp: number | null;
}

/** What makes sound of a file ready to be played. */
export interface SoundTools {
  /**
   * Hears the whole of it once, and writes `waveform.json` in the format of audiowaveform, version 2. Throws `corrupt_media` when nothing or next
   * to nothing of it can be decoded.
   */
  measureSound(request: SoundRequest): Promise<{
    readonly measurement: SoundMeasurement;
    readonly waveform: DrawnFile<{ readonly samplesPerPixel: number; readonly length: number }>;
  }>;
  /**
   * Writes `<rung>/playlist.m3u8`, `<rung>/init.mp4`, `<rung>/segment-00000.m4s` …, and `audio.m4a` of the best rung: at −16 LUFS as far as
   * there is anything to be measured, and in no rung above −1 dBTP.
   */
  encodeSound(
    request: SoundRequest & { readonly rungs: readonly SoundRung[]; readonly measurement: SoundMeasurement },
  ): Promise<{
    readonly renditions: readonly TranscodedRendition[];
    readonly download: DrawnFile<{ readonly durationSeconds: number } & ServedLoudness>;
  }>;
}

/** Tools for all that is not a picture alone. */
export interface MediaTools
  extends VideoTools,
    SoundTools,
    ChunkTools,
    QualityTools,
    SubtitleTools,
    SpeechTools {}
