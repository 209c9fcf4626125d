import { resolve } from 'node:path';

/**
 * Containers that hold their own media and can name no other file. Playlists and scripts (hls, dash, concat, sdp,
 * avisynth …) and picture formats are left out on purpose: the first open other files, the second are not video.
 */
export const allowedFormats = [
  'mov',
  'matroska',
  'webm',
  'avi',
  'mpegts',
  'mpeg',
  'flv',
  'ogg',
  'asf',
  'mxf',
  'wav',
  'w64',
  'aiff',
  'mp3',
  'flac',
  'aac',
  'ac3',
  'eac3',
  'amr',
  'caf',
] as const;

/** What a refusal says, for people; docs/formats.md has all of it. */
export const whatIsTaken =
  'Videos are taken, as MP4, MOV, Matroska, WebM, AVI, MPEG, FLV, Ogg, WMV or MXF; sound, as MP3, M4A, AAC, FLAC, WAV, AIFF, Ogg, Opus or WMA; pictures, as JPEG, PNG, WebP, AVIF, GIF, HEIC, TIFF or BMP.';

/** Decoders in wide use and under constant fuzzing, by what they decode. */
export const decoders = {
  video: [
    'h264',
    'hevc',
    'av1',
    'libdav1d',
    'vp8',
    'vp9',
    'libvpx',
    'libvpx-vp9',
    'mpeg4',
    'mpeg2video',
    'mpeg1video',
    'msmpeg4',
    'msmpeg4v2',
    'h263',
    'flv',
    'vp6f',
    'wmv1',
    'wmv2',
    'wmv3',
    'vc1',
    'theora',
    'mjpeg',
    'prores',
    'dnxhd',
    'dvvideo',
    'ffv1',
    'rawvideo',
  ],
  coverArt: ['png'],
  audio: [
    'aac',
    'aac_fixed',
    'aac_latm',
    'mp3',
    'mp3float',
    'mp2',
    'mp2float',
    'mp1float',
    'ac3',
    'eac3',
    'dca',
    'truehd',
    'flac',
    'alac',
    'opus',
    'libopus',
    'vorbis',
    'libvorbis',
    'wmav1',
    'wmav2',
    'wmapro',
    'amrnb',
    'amrwb',
    'libopencore_amrnb',
    'libopencore_amrwb',
    'nellymoser',
    'speex',
    'libspeex',
    'adpcm_ms',
    'adpcm_ima_wav',
    'adpcm_ima_qt',
    'adpcm_swf',
    'pcm_alaw',
    'pcm_mulaw',
    'pcm_u8',
    'pcm_s8',
    'pcm_s16le',
    'pcm_s16be',
    'pcm_s24le',
    'pcm_s24be',
    'pcm_s32le',
    'pcm_s32be',
    'pcm_f32le',
    'pcm_f32be',
    'pcm_f64le',
    'pcm_bluray',
    'pcm_dvd',
  ],
  /** Listed by a probe, never decoded further. */
  subtitles: [
    'mov_text',
    'subrip',
    'srt',
    'text',
    'ass',
    'ssa',
    'webvtt',
    'dvdsub',
    'dvbsub',
    'pgssub',
    'cc_dec',
  ],
} as const;

/** Anything else is refused before it sees a byte. */
export const allowedDecoders = Object.values(decoders).flat();

/** 8K, with room for its odd relatives. A picture above this is refused before memory is taken for it. */
export const maximumPixels = 8192 * 4608;

const onlyFiles = ['-protocol_whitelist', 'file'] as const;

/**
 * The same arguments with another name for the input: that of another place, or `fd:` for what is open already, and
 * then no file can be opened by its name at all.
 */
export const withInputNamed =
  (words: readonly string[], inputPath: string) =>
  (name: string): readonly string[] =>
    words.map((word, index) => {
      if (word === `file:${resolve(inputPath)}`) return name;
      const isProtocol = word === onlyFiles[1] && words[index - 1] === onlyFiles[0];
      return isProtocol && name === 'fd:' ? 'fd' : word;
    });

/**
 * The only way an uploaded file is named to ffmpeg or ffprobe: as a local file, with every other protocol, format and
 * decoder off. `beforeInput` goes between the guards and `-i` (seeking, skipping frames).
 */
export const guardedInput = (inputPath: string, beforeInput: readonly string[] = []): readonly string[] => [
  ...onlyFiles,
  '-format_whitelist',
  allowedFormats.join(','),
  '-codec_whitelist',
  allowedDecoders.join(','),
  '-max_pixels',
  String(maximumPixels),
  ...beforeInput,
  '-i',
  `file:${resolve(inputPath)}`,
];

/** A file that we have made ourselves, in the folder the tool runs in. It is opened by its name, also where the upload is not. */
export const ownInput = (name: string, beforeInput: readonly string[] = []): readonly string[] => [
  ...['-protocol_whitelist', 'file,fd', '-format_whitelist', 'mov', '-codec_whitelist', 'h264'],
  ...[...beforeInput, '-i', `file:${name}`],
];
