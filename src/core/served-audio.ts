interface AudioTrack {
  readonly isDefault: boolean;
}

/** The track of a file that is its main one: the one marked as default, or else the first. Of sound alone no other is served. */
export const servedAudio = <Track extends AudioTrack>(tracks: readonly Track[]): Track | undefined =>
  tracks.find((track) => track.isDefault) ?? tracks[0];

/** Of one film so many tracks are served, the main one among them: each is a look at the file and a job. */
export const mostAudioTracks = 16;

/** The tracks of a film that are served beside the main one, in the order of the file. */
export const furtherAudio = <Track extends AudioTrack>(tracks: readonly Track[]): readonly Track[] => {
  const main = servedAudio(tracks);
  return tracks.filter((track) => track !== main).slice(0, mostAudioTracks - 1);
};

/** What the rendition of a film's main track is called. */
export const mainAudioName = 'audio';
/** What that of any other is called. */
export const furtherAudioName = (streamIndex: number): string => `${mainAudioName}-${streamIndex}`;
