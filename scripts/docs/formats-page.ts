import { code, GENERATED, table } from './markdown.js';

/** `docs/formats.md`, from the lists that every run of ffmpeg is held to. */
export function formatsPage(lists: {
  readonly formats: readonly string[];
  readonly decoders: Readonly<Record<'video' | 'coverArt' | 'audio' | 'subtitles', readonly string[]>>;
  readonly maximumPixels: number;
}): string {
  const named = (names: readonly string[]) => names.map(code).join(' ');
  const { video, coverArt, audio, subtitles } = lists.decoders;
  return `${[
    GENERATED,
    '# Formats',
    'What a file is, is found in its bytes; its name and the type its sender claims count for nothing. The names are those ffmpeg and ffprobe use: `mov` is MP4, M4V and 3GP too, `asf` is WMV. What is not in the table is refused before a decoder sees it.',
    table(
      ['what', 'taken'],
      [
        ['containers', named(lists.formats)],
        ['video', named(video)],
        ['audio', named(audio)],
        ['subtitles', named(subtitles)],
        ['cover art', named([...coverArt, 'mjpeg'])],
      ],
    ),
    `A frame may have ${lists.maximumPixels.toLocaleString('en')} pixels, which is 8K and some.`,
    '## What comes out',
    [
      '- **Picture:** the first video stream that is no cover art, as H.264 in a ladder that is never above the source.',
      '- **Sound:** one track, the one marked as default or else the first, as AAC in mono or stereo. Its language, where the file tells it, is in the playlist. Further tracks are listed by `GET /v1/media/{id}/metadata` and kept in the original, but cannot be chosen by a viewer.',
      '- **Subtitles** are listed by `GET /v1/media/{id}/metadata` and kept in the original, and not served.',
    ].join('\n'),
    '## What is refused',
    table(
      ['code', 'what the file is'],
      [
        [
          code('forbidden_format'),
          'a picture (JPEG, PNG, HEIC …), a playlist, or another container that is not in the table',
        ],
        [code('unsupported_codec'), 'a container that is taken, with a codec that is not'],
        [code('too_many_pixels'), 'a video whose frames are larger than that'],
        [code('no_video'), 'sound alone, with cover art or without: it is understood, but not taken yet'],
        [code('not_media'), 'anything else: a text, a document, an archive'],
        [code('empty_file'), 'no bytes at all'],
        [code('corrupt_media'), 'a video that is damaged or cut off so that nothing of it can be shown'],
      ],
    ),
  ].join('\n\n')}\n`;
}
