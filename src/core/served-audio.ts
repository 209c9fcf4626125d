interface AudioTrack {
  readonly isDefault: boolean;
}

/** The one track of a file that is made playable: the one marked as default, or else the first. */
export const servedAudio = <Track extends AudioTrack>(tracks: readonly Track[]): Track | undefined =>
  tracks.find((track) => track.isDefault) ?? tracks[0];
