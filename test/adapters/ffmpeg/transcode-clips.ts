import { copyFile, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { turnClockwise } from '../../support/turn-clockwise.js';
import { h264, makeFile, makeTwoSizes, picture, tone } from './support.js';

/** The inputs of the transcoding tests: one trait each, short and small. */
export async function makeTranscodeClips(folder: string): Promise<void> {
  const at = (name: string) => join(folder, name);
  await makeFile(
    at('plain.mp4'),
    ...picture('320x180', 25, 7),
    ...tone(7),
    ...h264,
    '-metadata',
    'location=+1+2/',
    '-metadata',
    'title=Private',
  );
  await makeFile(at('twelve-seconds.mp4'), ...picture('160x90', 10, 12), ...tone(12), ...h264);
  await makeFile(at('turned.mp4'), ...picture('64x48', 10, 1), ...h264);
  await turnClockwise(at('turned.mp4'));
  await makeFile(
    at('odd.mkv'),
    ...picture('322x182', 30, 1),
    '-vf',
    'format=yuv444p,scale=321:181',
    '-c:v',
    'ffv1',
  );
  await makeFile(at('two-pixels.mp4'), ...picture('2x2', 25, 1), ...h264);
  await makeFile(at('one-frame.mp4'), ...picture('64x48', 25, 1), '-frames:v', '1', ...h264);
  await makeFile(
    at('hdr.mp4'),
    ...picture('128x72', 25, 1),
    '-c:v',
    'libx264',
    '-pix_fmt',
    'yuv420p10le',
    '-color_trc',
    'smpte2084',
    '-color_primaries',
    'bt2020',
    '-colorspace',
    'bt2020nc',
  );
  await makeFile(at('anamorphic.mp4'), ...picture('72x58', 25, 1), ...h264, '-vf', 'setsar=64/45');
  await makeFile(at('late.ts'), ...picture('64x48', 25, 3), ...tone(3), ...h264, '-output_ts_offset', '100');
  await makeTwoSizes(at('two-sizes.ts'));
  // Black for a second, then white; silence for as long, then a tone. One of the two begins two seconds late.
  const pictureThenSound = (late: 'picture' | 'sound') => [
    ...(late === 'picture' ? ['-itsoffset', '2'] : []),
    ...[
      '-f',
      'lavfi',
      '-i',
      'color=black:size=64x48:rate=25:duration=3,drawbox=color=white:t=fill:enable=gte(t\\,1)',
    ],
    ...(late === 'sound' ? ['-itsoffset', '2'] : []),
    ...['-f', 'lavfi', '-i', 'sine=duration=3,volume=enable=lt(t\\,1):volume=0'],
  ];
  for (const late of ['picture', 'sound'] as const)
    for (const type of ['mkv', 'mp4', 'ts'])
      await makeFile(
        at(`late-${late}.${type}`),
        ...pictureThenSound(late),
        ...h264,
        '-output_ts_offset',
        '36000',
      );
  // After the first second every third frame is gone.
  await makeFile(
    at('variable.mp4'),
    ...picture('64x48', 30, 4),
    '-vf',
    "select='lt(n,30)+mod(n,3)'",
    '-vsync',
    'vfr',
    ...h264,
  );
  await makeFile(
    at('two-tracks.mkv'),
    ...picture('64x48', 10, 2),
    ...tone(2),
    ...tone(2, 880),
    '-map',
    '0',
    '-map',
    '1',
    '-map',
    '2',
    ...h264,
  );
  await makeFile(at('front.mp4'), '-i', at('plain.mp4'), '-c', 'copy', '-movflags', '+faststart');
  await copyFile(at('front.mp4'), at('cut.mp4'));
  await truncate(at('cut.mp4'), Math.round((await stat(at('front.mp4'))).size * 0.6));
  await copyFile(at('front.mp4'), at('stump.mp4'));
  await truncate(at('stump.mp4'), 20_000);
}
