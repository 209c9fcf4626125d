import type { StoredSoundTrack } from '../core/readers/sound-tracks.js';
import { servedAudio } from '../core/served-audio.js';
import type { AlternativeRendition } from './alternative-rendition.js';
import type { PlayableRendition } from './playable-rendition.js';
import { spokenLanguage } from './spoken-language.js';

/** The sound of a film, as it is chosen. `tracks`: what the file says of its own, in its order. */
export function soundAlternatives(
  renditions: readonly PlayableRendition[],
  tracks: readonly StoredSoundTrack[],
): readonly AlternativeRendition[] {
  const sound = renditions.find(({ kind }) => kind === 'audio');
  if (!sound) return [];
  const language = spokenLanguage(servedAudio(tracks)?.language);
  const { averageBitrateBps, peakBitrateBps, codecs } = sound;
  return [
    {
      type: 'AUDIO',
      language: language?.tag ?? null,
      name: language?.name ?? 'Audio',
      ...{ isDefault: true, isAutoselected: true },
      uri: `${sound.pathSegment}/playlist.m3u8`,
      adds: { averageBitrateBps, peakBitrateBps, codecs },
    },
  ];
}
