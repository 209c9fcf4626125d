import type { StoredSoundTrack } from '../core/readers/sound-tracks.js';
import type { AlternativeRendition } from './alternative-rendition.js';
import type { PlayableRendition } from './playable-rendition.js';
import { type ServedTrack, servedTracks } from './served-tracks.js';

const isExtra = ({ isDefault, track }: ServedTrack<unknown>): boolean =>
  !isDefault && (track?.isDescription || track?.isCommentary || false);

const describesVideo = 'public.accessibility.describes-video';

/**
 * The sound of a film, as it is chosen. `tracks`: what the file says of its own, in its order. A player may choose by language the
 * first of each, but no commentary; and what is described by itself where its user has asked for that.
 */
export function soundAlternatives(
  renditions: readonly PlayableRendition[],
  tracks: readonly StoredSoundTrack[],
): readonly AlternativeRendition[] {
  const choices = new Set<string>();
  const served = servedTracks(renditions, tracks);
  // Players that know nothing of descriptions take the first of a language.
  const ordered = served.toSorted((a, b) => Number(isExtra(a)) - Number(isExtra(b)));
  return ordered.map(({ rendition, language, name, isDefault, track }) => {
    const { averageBitrateBps, peakBitrateBps, codecs, pathSegment } = rendition;
    const choice = `${language} ${track?.isDescription ?? false}`;
    const isAutoselected = isDefault || (!track?.isCommentary && !choices.has(choice));
    if (isAutoselected) choices.add(choice);
    return {
      type: 'AUDIO',
      ...{ language, name, isDefault, isAutoselected },
      ...(track?.isDescription ? { characteristics: [describesVideo] } : {}),
      uri: `${pathSegment}/playlist.m3u8`,
      adds: { averageBitrateBps, peakBitrateBps, codecs },
    };
  });
}
