import type { VideoStreamProbe } from '../../core/media-probe.js';

/** Below this, `pad` could be left with nothing and `yadif` with too little. */
export const smallestFitted = 4;
/** Shapes that differ less fill the picture: 1920 × 1088 after 1920 × 1080 gets no bars. */
const sameShape = 0.01;

/**
 * Frames of the size and shape probed, as stored. One of another size, as streams have that turn or switch between 4:3 and
 * 16:9 on the way, is scaled to fit and gets bars, by what its own pixels are shaped like; all others pass untouched.
 * `options` and `format` are of a conversion that is wanted besides.
 */
export function fittedFrames(video: VideoStreamProbe, options = '', format?: string): readonly string[] {
  const { codedWidth, codedHeight, width, height, rotationDegrees } = video;
  const formats = format ? [`format=${format}`] : [];
  if (Math.min(codedWidth, codedHeight) < smallestFitted)
    return [`scale=${codedWidth}:${codedHeight}${options}`, ...formats];
  const isTurned = rotationDegrees === 90 || rotationDegrees === 270;
  // Of a pixel, width over height; the same bounds as a probe has.
  const probed = (isTurned ? height : width) / codedWidth;
  const wide = `iw*if(between(sar,0.25,4),sar,1)/${probed.toFixed(6)}`;
  const isSame = `lt(abs(${wide}*${codedHeight}/(ih*${codedWidth})-1),${sameShape})`;
  const fitTo = (whole: number, other: string) =>
    `'if(${isSame},${whole},max(1,round(min(${whole},${other}))))'`;
  const w = fitTo(codedWidth, `${codedHeight}*${wide}/ih`);
  const h = fitTo(codedHeight, `${codedWidth}*ih/(${wide})`);
  return [
    `scale=w=${w}:h=${h}:eval=frame${options}`,
    ...formats,
    'setsar=1',
    `pad=${codedWidth}:${codedHeight}:(ow-iw)/2:(oh-ih)/2:eval=frame`,
  ];
}
