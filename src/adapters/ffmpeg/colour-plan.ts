import type { VideoStreamProbe } from '../../core/media-probe.js';
import { bt709, type Colours, coloursOf, named, scaleMatrix, withoutZscale } from './colours.js';
import type { Size } from './picture-size.js';

export const canToneMap = (filters: ReadonlySet<string>): boolean =>
  filters.has('zscale') && filters.has('tonemap');

/** A picture, and whether ffmpeg has what tone mapping takes. */
export interface ShownSource {
  readonly video: VideoStreamProbe;
  readonly toneMapping: boolean;
}

/** HDR to SDR at the size given, in BT.709. */
const toneMapped = ({ width, height }: Size): readonly string[] => [
  `zscale=w=${width}:h=${height}:t=linear:npl=100`,
  'format=gbrpf32le',
  'zscale=p=bt709',
  'tonemap=hable:desat=0',
  'zscale=t=bt709:m=bt709:p=bt709:r=tv',
  'format=yuv420p',
];

/** How a picture's numbers are read, what has to be done to them before they can be scaled, and what they are then. */
export interface ColourPlan {
  readonly read: Colours;
  /** Of the very first `scale`, and the format it is to give. */
  readonly first: { readonly options: string; readonly format: string } | null;
  readonly prepare: (largest: Size) => readonly string[];
  readonly prepared: Colours;
}

/** What only zimg reads is called by what comes nearest until then: `scale` of ffmpeg 7 refuses it. */
export function colourPlan({ video, toneMapping }: ShownSource): ColourPlan {
  const told = coloursOf(video);
  const read = withoutZscale(told);
  const isRenamed = read.matrix !== told.matrix;
  if (toneMapping && video.isHdr) {
    const prepare = (largest: Size) => [...(isRenamed ? [named(told)] : []), ...toneMapped(largest)];
    return { read, first: null, prepare, prepared: bt709 };
  }
  if (toneMapping && isRenamed) {
    const prepared: Colours = { ...told, matrix: bt709.matrix, range: bt709.range };
    const converted = [named(told), 'zscale=m=bt709:r=tv', named(prepared)];
    return { read, first: null, prepare: () => converted, prepared };
  }
  const first = toStudioRange(read, video.pixelFormat);
  const prepared: Colours = first ? { ...read, range: 'tv' } : read;
  return { read, first, prepare: () => [], prepared };
}

/** Formats of full range by themselves (`yuvj420p`) lose their matrix between the filters of ffmpeg 7. */
function toStudioRange(colours: Colours, pixelFormat: string): ColourPlan['first'] {
  const matrix = scaleMatrix(colours);
  return matrix && colours.range === 'pc' && pixelFormat.startsWith('yuv')
    ? {
        options: `:${exactly}:in_color_matrix=${matrix}:out_color_matrix=${matrix}:in_range=pc:out_range=tv`,
        format: pixelFormat.replace('yuvj', 'yuv'),
      }
    : null;
}

/** Without these flags swscale is up to 5 of 255 beside the colour. */
export const exactly = 'flags=bicubic+accurate_rnd+full_chroma_int';
