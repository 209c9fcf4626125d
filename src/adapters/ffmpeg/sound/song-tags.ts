import type { SongTags } from '../../../core/song-tags.js';
import type { Header } from '../ffprobe-output.js';
import { tidyText } from '../tidy-text.js';

const mostCounted = 9999;

/** What each is called in the files there are; ffmpeg has brought most to one name. */
const names = {
  title: ['title'],
  artist: ['artist', 'author'],
  album: ['album'],
  albumArtist: ['album_artist', 'albumartist', 'album artist'],
  track: ['track', 'tracknumber'],
  trackCount: ['tracktotal', 'totaltracks', 'trackc'],
  disc: ['disc', 'discnumber'],
  year: ['date', 'year', 'originaldate', 'tyer', 'tdrc', 'wm/year'],
  genre: ['genre'],
} as const satisfies Record<keyof SongTags, readonly string[]>;

const numberIn = (text: string | null, pattern: RegExp): number | null => {
  const value = Number(pattern.exec(text ?? '')?.[1] ?? Number.NaN);
  return Number.isSafeInteger(value) && value > 0 && value <= mostCounted ? value : null;
};

/** What a recording tells of itself: of the file, or else of its stream, as Ogg has it. Null where it tells nothing. */
export function songOf(
  { format, streams }: Pick<Header, 'format' | 'streams'>,
  streamIndex: number | undefined,
): SongTags | null {
  const ofStream = streams.find(({ index }) => index === streamIndex)?.tags;
  const tags = new Map(
    [...Object.entries(ofStream ?? {}), ...Object.entries(format.tags ?? {})].map(([name, value]) => [
      name.toLowerCase(),
      value,
    ]),
  );
  const text = (name: keyof SongTags): string | null =>
    names[name].map((each) => tidyText(tags.get(each))).find((each) => each !== null) ?? null;
  const track = text('track');
  const song: SongTags = {
    title: text('title'),
    artist: text('artist'),
    album: text('album'),
    albumArtist: text('albumArtist'),
    // `3/12`
    track: numberIn(track, /^(\d{1,9})/),
    trackCount: numberIn(track, /\/\s*(\d{1,9})/) ?? numberIn(text('trackCount'), /^(\d{1,9})/),
    disc: numberIn(text('disc'), /^(\d{1,9})/),
    year: numberIn(text('year'), /(?:^|\D)(\d{4})(?!\d)/),
    genre: text('genre'),
  };
  return Object.values(song).some((value) => value !== null) ? song : null;
}
