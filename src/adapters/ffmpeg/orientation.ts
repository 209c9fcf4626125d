import type { VideoStreamProbe } from '../../core/media-probe.js';

/** One of the eight ways to hold a picture up: mirrored left to right or not, and then turned. */
export type Orientation = Pick<VideoStreamProbe, 'isMirrored' | 'rotationDegrees'>;

export const upright: Orientation = { isMirrored: false, rotationDegrees: 0 };

/** The nearest quarter. */
export function turnedClockwise(degrees: number): VideoStreamProbe['rotationDegrees'] {
  const quarters = Number.isFinite(degrees) ? Math.round(degrees / 90) : 0;
  return ([0, 90, 180, 270] as const)[((quarters % 4) + 4) % 4] ?? 0;
}

/**
 * The orientation nearest to a display matrix (ISO 14496-12 section 6.2.2), as ffprobe prints its nine numbers in three
 * lines. Undefined for what is no such matrix, or squeezes the picture into a line.
 */
export function orientationOf(printed: string): Orientation | undefined {
  const [a = 0, b = 0, , c = 0, d = 0] = [...printed.matchAll(/^[0-9a-f]{8}:(.*)$/gm)].flatMap(
    ([, line = '']) => line.trim().split(/\s+/).map(Number),
  );
  const determinant = a * d - b * c;
  if (!Number.isFinite(determinant) || determinant === 0) return undefined;
  const isMirrored = determinant < 0;
  // What is mirrored first is turned by what is left of the matrix then; stretching turns nothing.
  const sign = isMirrored ? -1 : 1;
  const [across, down] = [Math.hypot(a, c), Math.hypot(b, d)];
  const radians = Math.atan2((sign * b) / down - c / across, (sign * a) / across + d / down);
  return { isMirrored, rotationDegrees: turnedClockwise((radians * 180) / Math.PI) };
}

const turned: Readonly<Record<Orientation['rotationDegrees'], readonly string[]>> = {
  0: [],
  90: ['transpose=clock'],
  180: ['hflip', 'vflip'],
  270: ['transpose=cclock'],
};
const mirroredAndTurned: typeof turned = {
  0: ['hflip'],
  90: ['transpose=clock_flip'],
  180: ['vflip'],
  270: ['transpose=cclock_flip'],
};

/** From frames as stored to frames as shown. */
export const turningFilters = ({ isMirrored, rotationDegrees }: Orientation): readonly string[] =>
  (isMirrored ? mirroredAndTurned : turned)[rotationDegrees];
