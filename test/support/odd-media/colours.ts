import { type Chart, chartFile, type Place, patches, type Rgb } from './colour-chart.js';
import { boxOf, changeBytes, ffmpeg, h264 as usualH264 } from './make.js';
import { type OddMedium, published } from './odd-medium.js';

/** A chart whose colours must come out as they went in, whatever its numbers stand for. */
export interface ColourMedium extends OddMedium {
  readonly patches: readonly Rgb[];
  /** Where a place of the stored picture is shown, 0..1 of the width and height; the same place unless told. */
  shownAt?(place: Place): Place;
}

const small = { width: 128, height: 72 } as const;
const large = { width: 1280, height: 720, frames: 10 } as const;
const bt601 = { matrix: 'smpte170m', isFullRange: false } as const;
const bt709 = { matrix: 'bt709', isFullRange: false } as const;

const allBt709 = { matrix: 'bt709', transfer: 'bt709', primaries: 'bt709', range: 'tv' } as const;

/** Values of H.273 that nobody has given a meaning, in the bitstream. */
const reserved = (filter: string, primaries = 'colour_primaries') => [
  ...['-bsf:v', `${filter}=matrix_coefficients=3:${primaries}=3:transfer_characteristics=3`],
];
const h264 = [...usualH264, '-crf', '4'];

interface Tags {
  readonly matrix?: string;
  readonly transfer?: string;
  readonly primaries?: string;
  readonly range?: 'tv' | 'pc';
}

/** What a file says of its colours, to the encoder as to the container; nothing where it is left out. */
const told = ({ matrix = 'unknown', transfer = 'unknown', primaries = 'unknown', range }: Tags) => [
  '-vf',
  `setparams=colorspace=${matrix}:color_trc=${transfer}:color_primaries=${primaries}:range=${range ?? 'unknown'}`,
  ...['-colorspace', matrix === 'gbr' ? 'rgb' : matrix, '-color_trc', transfer],
  ...['-color_primaries', primaries, ...(range ? ['-color_range', range] : [])],
];

const row = (
  name: string,
  chart: Partial<Chart> & Pick<Chart, 'matrix' | 'isFullRange'>,
  tags: Tags,
  words: readonly string[],
): ColourMedium => {
  const whole: Chart = { ...small, frames: 25, pixelFormat: 'yuv420p', ...chart };
  return {
    name,
    make: (path) => chartFile(path, whole, ...told(tags), ...words),
    expected: published({
      durationSeconds: whole.frames / 25,
      hasAudio: false,
      width: whole.width,
      height: whole.height,
    }),
    patches,
  };
};

const rgb = { matrix: 'gbr', isFullRange: true, pixelFormat: 'rgb24' } as const;
const vp9 = ['-c:v', 'libvpx-vp9', '-b:v', '0', '-crf', '4', '-deadline', 'realtime', '-cpu-used', '8'];
const fine = ['-qscale:v', '2'];

const hevc = ['-c:v', 'libx265', '-preset', 'ultrafast', '-crf', '8', '-x265-params', 'log-level=error'];

/** The bitstream tells nothing, and the box `colr` of values that are reserved. */
const reservedByContainer = (name: string, words: readonly string[]): ColourMedium => ({
  ...row(name, bt601, {}, words),
  make: async (path) => {
    await chartFile(
      `${path}.untold.mp4`,
      { ...bt601, ...small, frames: 25, pixelFormat: 'yuv420p' },
      ...words,
    );
    await ffmpeg(
      ...['-i', `${path}.untold.mp4`, '-c', 'copy', '-colorspace', 'bt709', '-color_trc', 'bt709'],
      ...['-color_primaries', 'bt709', '-movflags', '+write_colr', path],
    );
    await changeBytes(path, (bytes) => {
      const box = boxOf(bytes, 'colr');
      for (const at of [4, 6, 8]) box.writeUInt16BE(3, at);
      return undefined;
    });
  },
});

/** What numbers of colours mean: told or not, in each way that codecs and containers have. */
export const colours: readonly ColourMedium[] = [
  // Each matrix that is told, with the range.
  row('bt709.mp4', bt709, allBt709, h264),
  row('bt709-large.mkv', { ...bt709, ...large }, { matrix: 'bt709', range: 'tv' }, h264),
  row(
    'bt709-full.mp4',
    { ...bt709, isFullRange: true, pixelFormat: 'yuvj420p' },
    { matrix: 'bt709', range: 'pc' },
    [...['-c:v', 'libx264', '-preset', 'ultrafast']],
  ),
  row('bt601-525.mp4', bt601, { matrix: 'smpte170m', range: 'tv' }, h264),
  row('bt601-625-large.mkv', { ...bt601, ...large }, { matrix: 'bt470bg', range: 'tv' }, h264),
  row(
    'bt601-full.mkv',
    { ...bt601, isFullRange: true, pixelFormat: 'yuvj420p' },
    { matrix: 'bt470bg', range: 'pc' },
    [...['-c:v', 'libx264', '-preset', 'ultrafast']],
  ),
  row('fcc.ts', { ...bt601, matrix: 'fcc' }, { matrix: 'fcc', range: 'tv' }, h264),
  row('smpte240m.mov', { ...bt601, matrix: 'smpte240m' }, { matrix: 'smpte240m', range: 'tv' }, h264),
  row('bt2020.mkv', { ...bt601, matrix: 'bt2020nc' }, { matrix: 'bt2020nc', range: 'tv' }, h264),
  row('ycgco.mkv', { ...bt601, matrix: 'ycgco' }, { matrix: 'ycgco', range: 'tv' }, h264),
  // Untold: the size decides.
  row('untold.mp4', bt601, {}, h264),
  row('untold-large.mp4', { ...bt709, ...large }, {}, h264),
  row('untold-but-primaries.mkv', bt709, { primaries: 'bt709' }, h264),
  row('untold-but-transfer.mkv', bt601, { transfer: 'smpte170m' }, h264),
  row('untold.flv', bt601, {}, ['-c:v', 'flv1', ...fine]),
  row('untold.wmv', bt601, {}, ['-c:v', 'wmv2', ...fine]),
  row('untold.avi', bt601, {}, ['-c:v', 'mpeg4', ...fine]),
  row('reserved.mp4', bt601, {}, [...h264, ...reserved('h264_metadata')]),
  row('reserved-large.mkv', { ...bt709, ...large }, {}, [...h264, ...reserved('h264_metadata')]),
  row('reserved.ts', bt601, {}, [...h264, '-g', '5', ...reserved('h264_metadata')]),
  row('reserved-matrix-alone.flv', bt709, allBt709, [
    ...[...h264, '-bsf:v', 'h264_metadata=matrix_coefficients=3'],
  ]),
  row('reserved-by-hevc.mp4', bt601, {}, [...hevc, ...reserved('hevc_metadata')]),
  row('reserved-by-hevc.ts', bt601, {}, [...hevc, ...reserved('hevc_metadata')]),
  reservedByContainer('reserved-by-the-container.mp4', h264),
  reservedByContainer('reserved-by-the-container.mov', ['-c:v', 'mpeg4', ...fine]),
  row('reserved-but-primaries.mkv', bt709, {}, [
    ...[...h264, '-bsf:v', 'h264_metadata=transfer_characteristics=3:colour_primaries=1'],
  ]),
  row('gbr-and-yet-none.ts', bt601, {}, [...h264, '-bsf:v', 'h264_metadata=matrix_coefficients=0']),
  // Red, green and blue, and no matrix at all.
  row('rgb.mkv', rgb, {}, ['-c:v', 'libx264rgb', '-qp', '0', '-pix_fmt', 'rgb24']),
  row('rgb-large.mp4', { ...rgb, ...large }, {}, ['-c:v', 'libx264rgb', '-qp', '0', '-pix_fmt', 'rgb24']),
  row('rgb.avi', rgb, {}, ['-c:v', 'rawvideo', '-pix_fmt', 'bgr24']),
  row('rgb-with-alpha.mkv', rgb, {}, ['-c:v', 'ffv1', '-pix_fmt', 'bgra']),
  row('rgb-of-10-bits.mkv', rgb, {}, ['-c:v', 'ffv1', '-pix_fmt', 'gbrp10le']),
  // What codecs and containers have of their own.
  row('motion-jpeg-large.avi', { ...bt601, ...large, isFullRange: true, pixelFormat: 'yuvj422p' }, {}, [
    ...['-c:v', 'mjpeg', ...fine],
  ]),
  row('vp8-large.webm', { ...bt601, ...large }, {}, [
    ...['-c:v', 'libvpx', '-b:v', '40M', '-qmax', '4', '-deadline', 'realtime', '-cpu-used', '8'],
  ]),
  row('vp9.webm', bt709, { matrix: 'bt709', range: 'tv' }, vp9),
  row('vp9-full.webm', { ...bt709, isFullRange: true }, { matrix: 'bt709', range: 'pc' }, vp9),
  row('mpeg2.ts', bt709, { matrix: 'bt709', transfer: 'bt709', primaries: 'bt709' }, [
    '-c:v',
    'mpeg2video',
    ...fine,
  ]),
  row('mpeg2-untold.mpg', bt601, {}, ['-c:v', 'mpeg2video', ...fine]),
  row('prores.mov', { ...bt709, pixelFormat: 'yuv422p10le', bitDepth: 10 }, allBt709, [
    ...['-c:v', 'prores', '-profile:v', '3'],
  ]),
  row(
    'prores-of-matrix-alone.mov',
    { ...bt709, pixelFormat: 'yuv422p10le', bitDepth: 10 },
    { matrix: 'bt709', range: 'tv' },
    [...['-c:v', 'prores', '-profile:v', '3']],
  ),
  row('prores-untold.mov', { ...bt601, pixelFormat: 'yuv422p10le', bitDepth: 10 }, {}, [
    ...['-c:v', 'prores', '-profile:v', '3'],
  ]),
  row(
    'ten-bits.mkv',
    { ...bt709, pixelFormat: 'yuv420p10le', bitDepth: 10 },
    { matrix: 'bt709', range: 'tv' },
    [...['-c:v', 'libx265', '-preset', 'ultrafast', '-crf', '8', '-x265-params', 'log-level=error']],
  ),
  row(
    'ten-bits-full.mkv',
    { ...bt709, isFullRange: true, pixelFormat: 'yuv420p10le', bitDepth: 10 },
    {
      ...{ matrix: 'bt709', range: 'pc' },
    },
    ['-c:v', 'libx265', '-preset', 'ultrafast', '-crf', '8', '-x265-params', 'log-level=error'],
  ),
  row('four-four-four.mkv', { ...bt601, pixelFormat: 'yuv444p' }, { matrix: 'smpte170m', range: 'tv' }, [
    ...['-c:v', 'ffv1'],
  ]),
  row('packed.avi', { ...bt601, pixelFormat: 'yuv422p' }, {}, ['-c:v', 'rawvideo', '-pix_fmt', 'uyvy422']),
];

const tenBits = { isFullRange: false, pixelFormat: 'yuv420p10le', bitDepth: 10 } as const;
const hdr = { ...tenBits, matrix: 'bt2020nc' } as const;

const lessTold = (transfer: string) => {
  const all = { matrix: 'bt2020nc', transfer, primaries: 'bt2020', range: 'tv' } as const;
  const of = row(`${transfer}.mp4`, hdr, all, hevc);
  return [
    row(`${transfer}-without-primaries.mp4`, hdr, { ...all, primaries: 'unknown' }, hevc),
    row(`${transfer}-without-matrix.mkv`, hdr, { ...all, matrix: 'unknown' }, hevc),
    row(`${transfer}-alone.ts`, hdr, { transfer }, hevc),
    row(`${transfer}-of-reserved.mp4`, hdr, all, [...hevc, '-bsf:v', 'hevc_metadata=colour_primaries=3']),
  ].map((medium) => ({ medium, of }));
};

/** HDR with something left out, and the same with nothing left out. */
export const highDynamicRange = [...lessTold('smpte2084'), ...lessTold('arib-std-b67')];

/** HDR in other numbers than most. */
export const oddHighDynamicRange: readonly ColourMedium[] = [
  row(
    'pq-full.mkv',
    { ...hdr, isFullRange: true },
    { matrix: 'bt2020nc', transfer: 'smpte2084', primaries: 'bt2020', range: 'pc' },
    hevc,
  ),
  row('pq-bt709.mkv', { ...tenBits, matrix: 'bt709' }, { matrix: 'bt709', transfer: 'smpte2084' }, hevc),
  row('pq-p3.mp4', hdr, { matrix: 'bt2020nc', transfer: 'smpte2084', primaries: 'smpte432' }, hevc),
  row('pq-rgb.mkv', rgb, { matrix: 'gbr', transfer: 'smpte2084' }, [...[...hevc, '-pix_fmt', 'gbrp10le']]),
];
