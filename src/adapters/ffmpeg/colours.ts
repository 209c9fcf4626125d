import type { VideoStreamProbe } from '../../core/media-probe.js';

/** What the numbers of a picture stand for, by the names ffmpeg gives the values of ITU-T H.273. */
export interface Colours {
  /** How red, green and blue are made of a pixel's numbers. */
  readonly matrix: string;
  /** How bright they are meant. */
  readonly transfer: string;
  /** Which red, green and blue they are. */
  readonly primaries: string;
  readonly range: 'tv' | 'pc';
}

/** What is made of everything that is not in a matrix which every player knows. */
export const bt709: Colours = { matrix: 'bt709', transfer: 'bt709', primaries: 'bt709', range: 'tv' };

interface Matrix {
  /** What swscale calls it; null where only zimg (`zscale`) reads it. */
  readonly scale: string | null;
  /** Players show it by its tag, so that it need not be converted. */
  readonly isKept: boolean;
  /** What comes nearest, where there is no zimg. */
  readonly otherwise?: string;
}

/** Every matrix of H.273; null where it says nothing about the numbers of a picture in YCbCr that we could use. */
const matrices: Readonly<Record<string, Matrix | null>> = {
  gbr: null,
  bt709: { scale: 'bt709', isKept: true },
  unknown: null,
  reserved: null,
  fcc: { scale: 'fcc', isKept: false },
  bt470bg: { scale: 'bt601', isKept: true },
  smpte170m: { scale: 'bt601', isKept: true },
  smpte240m: { scale: 'smpte240m', isKept: false },
  ycgco: { scale: null, isKept: false, otherwise: 'bt709' },
  bt2020nc: { scale: 'bt2020', isKept: false },
  bt2020c: { scale: null, isKept: false, otherwise: 'bt2020nc' },
  smpte2085: null,
  'chroma-derived-nc': { scale: null, isKept: false, otherwise: 'bt709' },
  'chroma-derived-c': { scale: null, isKept: false, otherwise: 'bt709' },
  ictcp: { scale: null, isKept: false, otherwise: 'bt2020nc' },
};

/** The matrix that goes with primaries, where they are all that is told. */
const matrixOfPrimaries: Readonly<Record<string, string>> = {
  bt709: 'bt709',
  bt470m: 'fcc',
  bt470bg: 'bt470bg',
  smpte170m: 'smpte170m',
  smpte240m: 'smpte240m',
  bt2020: 'bt2020nc',
  smpte431: 'bt709',
  smpte432: 'bt709',
};

/** The same of a transfer; the others are used with more than one. */
const matrixOfTransfer: Readonly<Record<string, string>> = {
  bt709: 'bt709',
  bt470bg: 'bt470bg',
  smpte170m: 'smpte170m',
  smpte240m: 'smpte240m',
  'bt2020-10': 'bt2020nc',
  'bt2020-12': 'bt2020nc',
  smpte2084: 'bt2020nc',
  'arib-std-b67': 'bt2020nc',
};

/** Codecs whose pictures are in BT.601 at any size unless they say otherwise (RFC 6386 section 9.2, H.263, JFIF). */
const bt601Codecs = ['vp8', 'h263', 'flv1', 'vp6f', 'mjpeg'];

/** Where the primaries are not told: any but these differ so little that a guess would do more harm. */
const primariesOfMatrix: Readonly<Record<string, string>> = {
  bt2020nc: 'bt2020',
  bt2020c: 'bt2020',
  ictcp: 'bt2020',
};

const transfers = [
  ...['bt709', 'bt470m', 'bt470bg', 'smpte170m', 'smpte240m', 'linear', 'log100', 'log316', 'iec61966-2-4'],
  ...['bt1361e', 'iec61966-2-1', 'bt2020-10', 'bt2020-12', 'smpte2084', 'smpte428', 'arib-std-b67'],
];
const primaries = [
  ...['bt709', 'bt470m', 'bt470bg', 'smpte170m', 'smpte240m', 'film', 'bt2020', 'smpte428', 'smpte431'],
  ...['smpte432', 'ebu3213'],
];

const hdrTransfers = ['smpte2084', 'arib-std-b67'];

/** Red, green and blue themselves, packed, planar or by a palette. */
const isRgb = (pixelFormat: string): boolean =>
  /^(?:gbr|[axX0]?(?:rgb|bgr)|x2rgb|x2bgr|pal8)/.test(pixelFormat);

/**
 * What nobody tells: the size decides, as in mpv (video/csputils.c, `mp_csp_guess_colorspace`), turned or not. HD is
 * broadcast in BT.709, SD in BT.601.
 */
const usualMatrix = ({ codec, codedWidth, codedHeight }: VideoStreamProbe): string =>
  !bt601Codecs.includes(codec) &&
  (Math.max(codedWidth, codedHeight) >= 1280 || Math.min(codedWidth, codedHeight) > 576)
    ? 'bt709'
    : 'smpte170m';

/** Codecs that keep what grey they are given, which is in full range wherever nobody says otherwise. */
const isFullGrey = ({ codec, pixelFormat }: VideoStreamProbe): boolean =>
  /^(?:gray|ya)/.test(pixelFormat) && ['ffv1', 'rawvideo'].includes(codec);

/** A number that nobody has given a meaning. */
export const isReservedMatrix = ({ colorSpace }: VideoStreamProbe): boolean => colorSpace === 'reserved';

/** What a file's numbers stand for; what it leaves out or nobody can use follows from what it does tell. Pure. */
export function coloursOf(video: VideoStreamProbe): Colours {
  const { colorSpace, colorTransfer, colorPrimaries, colorRange, pixelFormat } = video;
  const transfer = transfers.find((name) => name === colorTransfer);
  const toldPrimaries = primaries.find((name) => name === colorPrimaries);
  const isHdr = transfer !== undefined && hdrTransfers.includes(transfer);
  if (isRgb(pixelFormat))
    return {
      matrix: 'gbr',
      transfer: transfer ?? 'bt709',
      primaries: toldPrimaries ?? (isHdr ? 'bt2020' : 'bt709'),
      range: 'pc',
    };
  const toldMatrix = matrices[colorSpace ?? 'unknown'] ? colorSpace : null;
  const matrix =
    toldMatrix ??
    matrixOfPrimaries[toldPrimaries ?? ''] ??
    matrixOfTransfer[transfer ?? ''] ??
    usualMatrix(video);
  const isFull =
    /^yuvj/.test(pixelFormat) || colorRange === 'pc' || (colorRange === null && isFullGrey(video));
  return {
    matrix,
    transfer: transfer ?? 'bt709',
    primaries: toldPrimaries ?? (isHdr ? 'bt2020' : (primariesOfMatrix[matrix] ?? 'bt709')),
    range: isFull ? 'pc' : 'tv',
  };
}

/**
 * Goes before an input: what a decoder is to take for the matrix where its bitstream tells none and the container has one
 * that is reserved. ffmpeg 7 refuses such frames.
 */
export const toldMatrix = (video: VideoStreamProbe): readonly string[] =>
  isReservedMatrix(video) ? ['-colorspace', coloursOf(video).matrix] : [];

/** What `setparams` calls them: filters after it know what they are given. */
export const named = ({ matrix, transfer, primaries, range }: Colours): string =>
  `setparams=colorspace=${matrix}:color_trc=${transfer}:color_primaries=${primaries}:range=${range}`;

/** What swscale calls their matrix; null where it cannot read it, and for red, green and blue themselves. */
export const scaleMatrix = ({ matrix }: Colours): string | null => matrices[matrix]?.scale ?? null;

/** What comes nearest, for swscale to read. */
export const withoutZscale = (colours: Colours): Colours => ({
  ...colours,
  matrix: matrices[colours.matrix]?.otherwise ?? colours.matrix,
});

/**
 * What viewers are given of a picture in these colours. Primaries and transfer are handed on, since nothing is done to
 * the colours themselves; what says HDR would have players map its tones.
 */
export const servedColours = (colours: Colours): Colours => ({
  matrix: matrices[colours.matrix]?.isKept ? colours.matrix : bt709.matrix,
  ...(hdrTransfers.includes(colours.transfer)
    ? { transfer: bt709.transfer, primaries: bt709.primaries }
    : { transfer: colours.transfer, primaries: colours.primaries }),
  range: 'tv',
});
