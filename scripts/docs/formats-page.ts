import { mostAudioTracks } from '../../src/core/served-audio.js';
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
    '## Pictures',
    'JPEG, PNG, WebP, AVIF, GIF, HEIC, TIFF (its first page) and BMP, of at most 200 megapixels, all frames of an animation together, 2000 frames and 256 MiB. GIF, WebP and PNG (APNG) may move; of a sequence in AVIF or HEIC its picture is taken, which stands. SVG is not taken: a drawing holds scripts, fonts and links as well as shapes.',
    '- **Widths:** 320, 640, 1280, 1920 and 2560 pixels, at `GET /v1/media/{id}/image/{width}.{format}`, and none above the picture: it is made in all widths below its own, and under the next one as wide as it is. None is higher than 16,383 pixels, which is what WebP holds: a picture of another shape than that is made smaller. `derivatives` of the item names those it has; another is `derivative_not_found`, and a width or format that is not on the list `unknown_image_size`.\n- **Formats:** `jpg`, `webp` and `avif`. What moves goes on moving in `webp`; in all else it stands at its first frame. What is transparent is on white in `jpg`.\n- **Upright, in sRGB:** turned as EXIF says, in HEIC and AVIF as their boxes say, whatever EXIF does; an animation is shown as it is stored; colours of any profile, CMYK and 16 bits are converted.\n- **Nothing of what is written in the file** is in what is served. `GET /v1/media/{id}/metadata` tells camera, lens, exposure and when it was taken by the camera’s clock; where, to those with a key alone that ask for it (`?location=true`). Title, description, creator, copyright and keywords are those of EXIF, IPTC or XMP, whichever of them tells.\n- **Placeholders:** `poster.jpg` in `derivatives` tells ThumbHash, dominant colour and perceptual hash.',
    '## Videos',
    `A frame may have ${lists.maximumPixels.toLocaleString('en')} pixels, which is 8K and some.`,
    '## What comes out',
    [
      '- **Picture:** one video stream that is no cover art: one marked as default before others, then one that lasts before one of a few frames, then the largest. It becomes H.264 in a ladder that is never above the source, at the rate its frames are shown at, whatever the file says of it.',
      '- **Long films** are encoded in chunks where `MEDIAFLOW_CHUNKS_FROM_SECONDS` says so and a moment of them can be gone to: MP4, QuickTime, Matroska and WebM whose times do not leap and whose keyframes are no further apart than a sixth of a chunk. All others are encoded in one piece, and the plan of one that would be long enough (`whole` in `GET /v1/media/{id}/history`) says why.',
      `- **Sound:** every track, as AAC in mono or stereo, up to ${mostAudioTracks} of a film; one without samples, of a codec that is not taken, or of which nothing can be decoded is passed over. The main one is that marked as default, or else the first; a viewer chooses from all of them, by language and title, where the file tells them. Commentaries and tracks that describe what is to be seen are told apart by their flags (in MP4 a box \`kind\`, in transport streams a descriptor). All are as long as the film: where one is shorter there is silence. Further tracks come after publication, each by itself; \`audioTracks\` of the item tells those that are there.`,
      '- **Subtitles** that are text (SubRip, ASS and SSA, timed text of MP4, WebVTT) are served as WebVTT, at `subtitles/{number of the track}.vtt`, and offered by the playlist: up to 40 tracks, each with its language and title; `subtitleTracks` of the item lists them. Bold, italic and underlined stay, and where a text stands; colours, sizes, motion and shapes go, and no markup of others comes through. What is not UTF-8 is read in the character set that was usual for the language of its track, western European where none is told. Subtitles that are pictures stay in the original.',
      '- **Chapters**, of sound alone too, are told by `GET /v1/media/{id}/metadata` and served as WebVTT, `chapters.vtt`: at most 1000, in order, none over another or beyond the end. What a file tells that makes no sense is put right or left out.',
      '- **The right way up:** turned and mirrored as the display matrix says, to the nearest of its eight ways.',
      '- **One shape:** frames of another shape on the way are fitted with black bars, never stretched.',
      '- **Colours** are those of the file in every picture that is made of it. Renditions are tagged, in studio range and in BT.709 or BT.601; another matrix, RGB and full range are converted, primaries and transfer are handed on, and HDR is mapped to BT.709. Posters, tiles and frames are what JPEG means: BT.601 in full range; animated previews are red, green and blue. What a file leaves out, or tells in a way nobody can use, follows from what else it tells of its colours; where it tells nothing, a picture of 1280 pixels or more in its longer side, or more than 576 in its shorter, is BT.709, and a smaller one BT.601.',
      '- **Length** is that of the picture and the sound that are served, by what is there.',
      '- **Tiles** of a storyboard show the picture of their time; in a video of more than ten minutes the keyframe before it, unless there are hardly any.',
      '- **Captions**: what is said in English is written down by a model where the file has no English subtitles, and served at `captions/en.vtt`; the playlist offers it as “automatic”, and never shows it by itself. Sound that the file says is in another language is not heard, and what the model does not understand is not kept: nothing is made of it.',
      '- **Text in the picture**, in Latin letters, is read by a model, searched with its second, and served as `text.json`: lines, how sure the model is of each, and where it stands. Of a picture as well. What is not sure is not kept: nothing is made of it.',
      '- **Left out:** tracks that can never be served are listed under `leftOut` by `GET /v1/media/{id}/metadata`, with a reason: `no_samples`, `codec_not_taken`, `cannot_be_decoded`, `another_is_shown`, `too_many_tracks`; of subtitles `bitmap_subtitles`, which are pictures of text, and `too_much_text` as well.',
    ].join('\n'),
    '## What comes out of sound alone',
    [
      '- **What it is:** a file without a picture, or with attached ones alone, as cover art is: MP3, AAC, M4A, FLAC, WAV, AIFF, Ogg Vorbis, Opus, WMA and what else of the table holds sound. One track of it, chosen as of a video.',
      '- **Qualities:** AAC at 64, 128 and 256 kbit/s, none above the source (lossless ones have all), in mono or stereo, at 44.1 or 48 kHz, as HLS; the best of them as one file to download, `audio.m4a`.',
      '- **Loudness:** −16 LUFS (EBU R128), peaks between samples at most −1 dBTP after encoding, by one gain for the whole; only where that would drive peaks too far, these are taken off. What is too short or too quiet to be measured is not made louder.',
      '- **Both ends:** what an encoder has put before and behind it, where the file tells, is cut off. Length is exact to the sample. `sound` in `GET /v1/media/{id}/metadata` tells of that, of loudness and peaks of the original, of samples that clip, and of silence at the ends.',
      '- **Waveform:** `waveform.json` in the JSON format of audiowaveform, version 2: one channel, 8 bits, at most 16,384 pixels, of the sound as it was uploaded.',
      '- **Cover art** is the poster; without any there is none. Title, artist, album, track, disc, year and genre are fields of the item (`song`), 200 characters at the most.',
    ].join('\n'),
    '## What is refused',
    'What to do about each, and what else work on a file may fail by, is in [errors](errors.md#files-that-are-not-taken).',
    table(
      ['code', 'what the file is'],
      [
        [code('forbidden_format'), 'a playlist, or another container that is not in the table'],
        [code('too_many_pixels'), 'a video whose frames, or a picture that is larger than that'],
        [code('svg_refused'), 'a drawing in SVG'],
        [
          `${code('picture_too_large')} ${code('picture_memory_exceeded')} ${code('picture_timeout')}`,
          'a picture that takes more bytes, memory or time than any may',
        ],
        [
          code('unsupported_codec'),
          'a container that is taken, with a picture in a codec that is not, or with nothing but such sound',
        ],
        [
          code('unsupported_codec'),
          'the same with a codec of the table that the ffmpeg at work has no decoder for',
        ],
        [
          code('unsupported_codec'),
          'a HEIF of another codec than HEVC or AV1, such as JPEG; a BMP with a JPEG or PNG in it',
        ],
        [
          `${code('too_long')} ${code('too_many_frames')} ${code('too_much_output')}`,
          'a video, or sound, that is more than the operator lets one item be or become: see [configuration](configuration.md); an animation of too many frames',
        ],
        [code('no_video'), 'a container that is taken, with neither picture nor sound'],
        [code('not_media'), 'anything else: a text, a document, an archive'],
        [code('empty_file'), 'no bytes at all'],
        [
          code('unsupported_colours'),
          'a video whose colours are written in a way that has no meaning, and that the ffmpeg at work refuses',
        ],
        [
          code('corrupt_media'),
          'a file that is damaged or cut off so that nothing or next to nothing of its picture, or of sound alone, can be shown; a picture that is damaged or cut off, a tile of it too',
        ],
      ],
    ),
  ].join('\n\n')}\n`;
}
