import { chartFile, patches } from './colour-chart.js';
import type { ColourMedium } from './colours.js';
import { boxOf, changeBytes, h264 } from './make.js';
import { published } from './odd-medium.js';

/** The upper left of a display matrix (ISO 14496-12 section 6.2.2): where the axes of the stored picture go. */
type Axes = readonly [a: number, b: number, c: number, d: number];

const chart = {
  ...{ width: 128, height: 72, frames: 25, pixelFormat: 'yuv420p' },
  ...{ matrix: 'smpte170m', isFullRange: false },
};

async function setAxes(path: string, [a, b, c, d]: Axes): Promise<void> {
  await changeBytes(path, (bytes) => {
    const header = boxOf(bytes, 'tkhd');
    for (const [index, value] of [a, b, 0, c, d].entries())
      header.writeInt32BE(Math.round(value * 65_536), 40 + index * 4);
    return undefined;
  });
}

/** `nearest`: the axes it is shown by, where the matrix has others. */
const row = (name: string, axes: Axes, nearest: Axes = axes): ColourMedium => {
  const [a, b, c, d] = nearest;
  const isTurned = a === 0;
  return {
    name,
    make: async (path) => {
      await chartFile(path, chart, ...h264, '-crf', '4');
      await setAxes(path, axes);
    },
    expected: published({
      ...{ durationSeconds: 1, hasAudio: false },
      ...(isTurned ? { width: 72, height: 128 } : {}),
    }),
    patches,
    shownAt: ({ x, y }) => ({
      x: a * (x - 0.5) + c * (y - 0.5) + 0.5,
      y: b * (x - 0.5) + d * (y - 0.5) + 0.5,
    }),
  };
};

/** Every way to hold a picture up, and some that come near one. */
export const orientations: readonly ColourMedium[] = [
  row('turned-by-90.mp4', [0, 1, -1, 0]),
  row('turned-by-180.mov', [-1, 0, 0, -1]),
  row('turned-by-270.mp4', [0, -1, 1, 0]),
  row('mirrored.mp4', [-1, 0, 0, 1]),
  row('mirrored-turned-by-90.mp4', [0, -1, -1, 0]),
  row('mirrored-turned-by-180.mov', [1, 0, 0, -1]),
  row('mirrored-turned-by-270.mp4', [0, 1, 1, 0]),
  row('turned-by-80-and-halved.mp4', [0.087, 0.492, -0.492, 0.087], [0, 1, -1, 0]),
  row('mirrored-and-tilted.mp4', [-1, 0.1, 0.1, 1], [-1, 0, 0, 1]),
  row('squeezed-into-a-line.mp4', [1, 1, 1, 1], [1, 0, 0, 1]),
];
