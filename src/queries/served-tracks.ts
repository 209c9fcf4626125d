import type { StoredSoundTrack } from '../core/readers/sound-tracks.js';
import { furtherAudioName, mainAudioName, servedAudio } from '../core/served-audio.js';
import { spokenLanguage } from './spoken-language.js';
import { trackNames } from './track-name.js';

/** A track of a film's sound that is there to be chosen. */
export interface ServedTrack<Rendition> {
  readonly rendition: Rendition;
  /** A tag of RFC 5646; null where the file tells none. */
  readonly language: string | null;
  /** What it is listed as; no other of the film has the same. */
  readonly name: string;
  readonly isDefault: boolean;
  /** What the file says of it; undefined where it is not known. */
  readonly track: StoredSoundTrack | undefined;
}

interface NamedRendition {
  readonly name: string;
  readonly kind: 'video' | 'audio';
}

/** The main track first, then those that are there of all others, in the order of the file. */
export function servedTracks<Rendition extends NamedRendition>(
  renditions: readonly Rendition[],
  tracks: readonly StoredSoundTrack[],
): readonly ServedTrack<Rendition>[] {
  const sounds = renditions.filter(({ kind }) => kind === 'audio');
  const ofName = (name: string) => sounds.filter((each) => each.name === name);
  const main = servedAudio(tracks);
  const served = [
    ...ofName(mainAudioName).map((rendition) => ({ rendition, track: main })),
    ...tracks.flatMap((track) =>
      ofName(furtherAudioName(track.streamIndex)).map((rendition) => ({ rendition, track })),
    ),
  ];
  const isOneOfSeveral = served.length > 1;
  const names = trackNames(
    served.map(({ track }) => ({
      language: track?.language ?? null,
      about: isOneOfSeveral && track ? aboutOf(track) : null,
    })),
    'Audio',
  );
  return served.map(({ rendition, track }, index) => ({
    ...{ rendition, track, name: names[index] ?? '', isDefault: index === 0 },
    language: spokenLanguage(track?.language)?.tag ?? null,
  }));
}

const aboutOf = ({ title, isDescription, isCommentary }: StoredSoundTrack): string | null =>
  title ?? (isDescription ? 'Audio description' : isCommentary ? 'Commentary' : null);
