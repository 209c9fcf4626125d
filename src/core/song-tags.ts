/** What people wrote into a recording, tidied and cut; null where they did not. */
export interface SongTags {
  readonly title: string | null;
  readonly artist: string | null;
  readonly album: string | null;
  readonly albumArtist: string | null;
  readonly track: number | null;
  readonly trackCount: number | null;
  readonly disc: number | null;
  readonly year: number | null;
  readonly genre: string | null;
}
