import { servedAudio } from '../../../core/served-audio.js';
import { contentTypeOf } from '../content-type.js';
import { planLadder } from '../ladder.js';
import type { AudioRung, LadderRung, Probe } from '../media-values.js';
import { type KindRow, noLadder } from './kind-row.js';

/** From this length on, a first rung of its own makes the item playable before the whole ladder is done. */
const PREVIEW_FROM_SECONDS = 10;
const PREVIEW_SHORT_SIDE = 360;
const AUDIO_BITRATE_BPS = 128_000;

export const videoKind: KindRow = {
  isOf: ({ image, video }) => image === null && video !== null,
  ladderOf(probe) {
    const { video, bitrateBps } = probe;
    if (!video) return noLadder;
    const rungs = planLadder(video, video.bitrateBps ?? bitrateBps);
    return { rungs, previewRungs: previewRungs(rungs, probe), audio: audioRung(probe) };
  },
  /** A picture rung, and the sound where the plan has one. */
  isPlayable({ renditions, hasSound }) {
    const kinds = new Set(Object.values(renditions).map((rendition) => rendition.kind));
    return kinds.has('video') && (kinds.has('audio') || !hasSound);
  },
  contentTypeOf: ({ container, video }) => contentTypeOf(container, video?.codec ?? ''),
  lengthOf: ({ durationSeconds }) => durationSeconds,
  sizeOf: ({ video }) => video && { width: video.width, height: video.height },
};

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
