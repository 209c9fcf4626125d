import { servedAudio } from '../../../core/served-audio.js';
import { planLadder } from '../ladder.js';
import type { MediaEvent } from '../media-events.js';
import type { AudioRung, LadderRung, MediaKind, Probe } from '../media-values.js';
import { planSteps } from './plan-steps.js';

/** From this length on, a first rung of its own makes the item playable before the whole ladder is done. */
const PREVIEW_FROM_SECONDS = 10;
const PREVIEW_SHORT_SIDE = 360;
const AUDIO_BITRATE_BPS = 128_000;

/** Why there is no plan for what has none: an item without one would wait for ever. */
export const NO_PICTURE = {
  code: 'no_video',
  message: 'The file has no picture: audio alone is not taken yet.',
} as const;

/** What is to be done with a file, once it is known what it is. */
export function planProcessing(mediaId: string, kind: MediaKind, probe: Probe): MediaEvent {
  const ladder = probe.video ? planLadder(probe.video, probe.video.bitrateBps ?? probe.bitrateBps) : [];
  const audio = audioRung(probe);
  const steps = planSteps({ kind, probe, ladder, previewRungs: previewRungs(ladder, probe), audio });
  return { type: 'ProcessingPlanned', data: { mediaId, steps, ladder, audio } };
}

function previewRungs(ladder: readonly LadderRung[], { durationSeconds }: Probe): string[] {
  if (durationSeconds < PREVIEW_FROM_SECONDS || ladder.length < 2) return [];
  const preview = ladder.findLast((rung) => Math.min(rung.width, rung.height) <= PREVIEW_SHORT_SIDE);
  return [preview ?? ladder[0]].flatMap((rung) => (rung ? [rung.name] : []));
}

function audioRung({ audio }: Probe): AudioRung | null {
  const source = servedAudio(audio);
  if (!source) return null;
  const { streamIndex, channels } = source;
  return { streamIndex, bitrateBps: AUDIO_BITRATE_BPS, channels: Math.min(2, channels) };
}
