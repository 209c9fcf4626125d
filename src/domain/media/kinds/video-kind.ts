import { furtherAudio, mainAudioName, servedAudio } from '../../../core/served-audio.js';
import { contentTypeOf } from '../content-type.js';
import { planLadder } from '../ladder.js';
import type { AudioRung, LadderRung, Probe } from '../media-values.js';
import { shortenLadder } from '../shorter-ladder.js';
import { type KindRow, type Ladder, noLadder } from './kind-row.js';

/** From this length on, a first rung of its own makes the item playable before the whole ladder is done. */
const PREVIEW_FROM_SECONDS = 10;
const PREVIEW_SHORT_SIDE = 360;
const AUDIO_BITRATE_BPS = 128_000;

export const videoKind: KindRow = {
  isOf: ({ image, video }) => image === null && video !== null,
  ladderOf(probe, detail) {
    const { video, bitrateBps } = probe;
    if (!video) return noLadder;
    const { rungs, leftOut } = shortenLadder(planLadder(video, video.bitrateBps ?? bitrateBps), detail);
    return { rungs, leftOut, previewRungs: previewRungs(rungs, probe), ...audioRungs(probe) };
  },
  /** A picture rung, and the main track of the sound where the plan has one. */
  isPlayable({ renditions, hasSound }) {
    const hasPicture = Object.values(renditions).some(({ kind }) => kind === 'video');
    return hasPicture && (mainAudioName in renditions || !hasSound);
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

/** Players go from one track to another at any moment, so where there are several all are as long as the film. */
function audioRungs({ audio, durationSeconds }: Probe): Pick<Ladder, 'audio' | 'furtherAudio'> {
  const main = servedAudio(audio);
  const others = furtherAudio(audio);
  const rungOf = ({ streamIndex, channels }: Probe['audio'][number]): AudioRung => ({
    ...{ streamIndex, bitrateBps: AUDIO_BITRATE_BPS, channels: Math.min(2, channels) },
    ...(others.length > 0 && { paddedToSeconds: durationSeconds }),
  });
  return { audio: main ? rungOf(main) : null, furtherAudio: others.map(rungOf) };
}
