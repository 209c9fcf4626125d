import { servedAudio } from '../../core/served-audio.js';
import { stemmedLanguage } from '../../core/text-configuration.js';
import type { Probe } from './media-values.js';
import { shownText } from './shown-text.js';

/** What files say that do not know. */
const saysNothing = ['und', 'mis', 'mul', 'zxx'];
const isEnglish = (language: string | null): boolean => stemmedLanguage(language) === 'english';

/**
 * The track of sound to be written down: the main one, unless the file says that it is in another language than models here know, or has subtitles in
 * that language already. Null where there is none.
 */
export function heardTrack(probe: Pick<Probe, 'audio' | 'subtitles' | 'leftOut'>): number | null {
  const track = servedAudio(probe.audio);
  if (!track) return null;
  const isOther =
    track.language !== null && !saysNothing.includes(track.language) && !isEnglish(track.language);
  const shown = shownText(probe);
  const isWritten = probe.subtitles.some(
    ({ streamIndex, language, isForced, isCommentary }) =>
      streamIndex !== undefined &&
      shown.includes(streamIndex) &&
      !isForced &&
      !isCommentary &&
      isEnglish(language),
  );
  return isOther || isWritten ? null : track.streamIndex;
}
