import type { AudioStreamProbe } from '../../../core/media-probe.js';

/** How sound is served: what every browser plays, and nothing that the file has less of. */
export interface SoundForm {
  readonly sampleRateHz: number;
  readonly channels: 1 | 2;
}

/** Whoever has so many tells no layout that could be mixed down; the first two are the front ones. */
const mostMixedChannels = 8;

/** Rates of one family are whole multiples of each other, and no sample need be made up between two others. */
export const servedForm = ({ sampleRateHz, channels }: AudioStreamProbe): SoundForm => ({
  sampleRateHz: sampleRateHz % 11_025 === 0 ? 44_100 : 48_000,
  channels: channels === 1 ? 1 : 2,
});

/**
 * From what the decoder gives to the samples that are served, one behind the other: holes between timestamps are no part of the sound, and
 * what the encoder had put behind it is none either.
 */
export const inServedForm = (
  { channels }: AudioStreamProbe,
  form: SoundForm,
  mostSamples: number,
): readonly string[] => [
  ...(channels > mostMixedChannels ? ['pan=stereo|c0=c0|c1=c1'] : []),
  `aformat=sample_fmts=fltp:sample_rates=${form.sampleRateHz}:channel_layouts=${form.channels === 1 ? 'mono' : 'stereo'}`,
  'asetpts=N/SR/TB',
  `atrim=end_sample=${mostSamples}`,
];
