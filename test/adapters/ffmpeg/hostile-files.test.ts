import { copyFile, mkdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { probeArguments } from '../../../src/adapters/ffmpeg/read-file.js';
import type { VideoTools } from '../../../src/core/video-tools.js';
import {
  evenly,
  ffprobeLines,
  h264,
  makeFile,
  neverAborted,
  picture,
  run,
  rung,
  temporaryFolder,
  tone,
  toolSets,
} from './support.js';

const folder = await temporaryFolder();
const at = (name: string) => join(folder, name);

describe('a file that is not what it seems', () => {
  beforeAll(async () => {
    await mkdir(at('hostile'));
    await makeFile(at('plain.mp4'), ...picture('320x180', 25, 3), ...tone(3), ...h264);
    await makeFile(at('plain.ts'), '-i', at('plain.mp4'), '-c', 'copy');
    await makeFile(at('cover.png'), ...picture('64x48', 1, 1), '-frames:v', '1', '-update', '1');
    await writeFile(at('hostile/text.mp4'), 'This is only a text.\n'.repeat(100));
    await writeFile(at('hostile/empty.mp4'), '');
    // Seeded, so that a failure can be repeated.
    await writeFile(
      at('hostile/random.mp4'),
      Uint8Array.from({ length: 65_536 }, (_, index) => (index * index * 31 + index * 7) % 251),
    );
    await copyFile(at('plain.ts'), at('hostile/sibling.ts'));
    await copyFile(at('plain.mp4'), at('hostile/sibling.mov'));
    await writeFile(at('hostile/concat.mp4'), 'ffconcat version 1.0\nfile sibling.mov\n');
    await writeFile(
      at('hostile/playlist.m3u8'),
      '#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:3,\nsibling.ts\n#EXT-X-ENDLIST\n',
    );
    await copyFile(at('hostile/playlist.m3u8'), at('hostile/playlist.mp4'));
    await copyFile(at('cover.png'), at('hostile/picture.mp4'));
    await writeFile(at('hostile/photo.heic'), '\0\0\0\x18ftypheic\0\0\0\0mif1heic\0\0\0\x08meta', 'latin1');
    // The index stands at the end and is gone.
    await copyFile(at('plain.mp4'), at('hostile/no-index.mp4'));
    await truncate(at('hostile/no-index.mp4'), 30_000);
    await makeFile(at('hostile/forbidden-codec.avi'), ...picture('64x48', 5, 1), '-c:v', 'magicyuv');
  });

  const refused = [
    ['text.mp4', 'not_media'],
    ['empty.mp4', 'empty_file'],
    ['random.mp4', 'not_media'],
    ['concat.mp4', expect.stringMatching(/^(forbidden_format|not_media)$/)],
    ['playlist.mp4', expect.stringMatching(/^(forbidden_format|not_media)$/)],
    // Whoever looks at it is not told its name.
    ['playlist.m3u8', expect.stringMatching(/^(forbidden_format|not_media)$/)],
    ['picture.mp4', 'forbidden_format'],
    ['photo.heic', 'forbidden_format'],
    ['no-index.mp4', 'corrupt_media'],
    ['forbidden-codec.avi', 'unsupported_codec'],
  ] as const;

  describe.each(toolSets)('with $label', ({ tools }) => {
    test.each(refused)('%s is refused with %s', async (name, code) => {
      await expect(tools.probe(at(`hostile/${name}`), neverAborted)).rejects.toMatchObject({
        kind: 'unsupported',
        code,
      });
    });

    test.each(['concat.mp4', 'playlist.m3u8', 'text.mp4', 'forbidden-codec.avi'])(
      '%s is refused by every other tool too',
      async (name) => {
        const inputPath = at(`hostile/${name}`);
        const video = (await tools.probe(at('plain.mp4'), neverAborted)).video;
        if (!video) throw new Error('no video');
        const request = { inputPath, video, durationSeconds: 3, signal: neverAborted };
        const outputFolder = await temporaryOutput(name);
        const uses: Promise<unknown>[] = [
          tools.transcodeToHls({
            ...request,
            outputFolder,
            rungs: [rung(320, 180)],
            audio: null,
            onProgress: () => {},
          }),
          tools.poster({ ...request, outputFolder }),
          tools.storyboard({ ...request, outputFolder }),
          tools.sampleFrames({ ...request, ...evenly(3), maximumSidePixels: 64 }),
        ];
        for (const use of await Promise.allSettled(uses))
          expect(use).toMatchObject({ status: 'rejected', reason: { kind: 'unsupported' } });
      },
    );
  });

  let outputs = 0;
  const temporaryOutput = async (name: string) => {
    outputs += 1;
    const path = at(`output-${outputs}-${name}`);
    await mkdir(path);
    return path;
  };

  test.each(['concat.mp4', 'playlist.m3u8'])('%s would open its sibling, were it let', async (name) => {
    const lines = await ffprobeLines(at(`hostile/${name}`), '-show_entries', 'stream=codec_name');
    expect(lines.join()).toContain('h264');
  });

  test('a refused playlist opens no other file', async () => {
    const traced = await tracedProbe(['concat.mp4', 'playlist.m3u8', 'playlist.mp4']);
    expect(traced).toContain('concat.mp4');
    expect(traced).toContain('playlist.m3u8');
    expect(traced).not.toContain('sibling');
  });

  async function tracedProbe(names: readonly string[]): Promise<string> {
    const traces = names.map(async (name) => {
      const trace = at(`${name}.trace`);
      const words = [
        '-f',
        '-e',
        'trace=openat,open,connect',
        '-o',
        trace,
        await ffprobePath(toolSets[0]?.tools),
      ];
      await run('strace', [...words, ...probeArguments(at(`hostile/${name}`))]).catch(() => {});
      return readFile(trace, 'utf8');
    });
    return (await Promise.all(traces)).join('\n');
  }
});

async function ffprobePath(tools: VideoTools | undefined): Promise<string> {
  const ffprobe = (await tools?.describe())?.ffprobe;
  if (!ffprobe?.available) throw new Error('no ffprobe');
  return ffprobe.path;
}
