import { copyFile, open, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { createFfmpegVideoTools } from '../../../../src/adapters/ffmpeg/ffmpeg-video-tools.js';
import { makeFile, neverAborted, temporaryFolder, toolSets } from '../support.js';
import { made, rungs, sound } from './sounds.js';

const folder = await temporaryFolder();
const at = (name: string) => join(folder, name);
/** Of a tone alone too few bytes would be left to be cut in half. */
const tone = sound('0.3*sin(440*2*PI*t)+0.1*(2*random(0)-1)', 4);

/** Head of a WAV file that tells of so many bytes of samples: mono, 16 bits, 44.1 kHz. */
function wavHead(dataBytes: number): Buffer {
  const head = Buffer.alloc(44);
  head.write('RIFF', 0, 'latin1');
  head.writeUInt32LE(Math.min(0xffff_ffff, dataBytes + 36), 4);
  head.write('WAVEfmt ', 8, 'latin1');
  for (const [at, value] of [
    [16, 16],
    [24, 44_100],
    [28, 88_200],
  ] as const)
    head.writeUInt32LE(value, at);
  for (const [at, value] of [
    [20, 1],
    [22, 1],
    [32, 2],
    [34, 16],
  ] as const)
    head.writeUInt16LE(value, at);
  head.write('data', 36, 'latin1');
  head.writeUInt32LE(dataBytes, 40);
  return head;
}

/** A tag of ID3v2.4 with one frame of so many bytes, of which only the head is written. */
function id3Head(bodyBytes: number, frame: string): Buffer {
  const synchsafe = (value: number) =>
    Buffer.from([21, 14, 7, 0].map((shift) => Math.floor(value / 2 ** shift) & 0x7f));
  return Buffer.concat([
    ...[Buffer.from('ID3\x04\0\0', 'latin1'), synchsafe(bodyBytes + 10)],
    ...[Buffer.from(frame, 'latin1'), synchsafe(bodyBytes), Buffer.from('\0\0\x03', 'latin1')],
  ]);
}

/** Tags of 250 MB each before a song, whose bytes take no place on the disk. */
async function tagsBefore(song: string, path: string, frames: readonly string[], megabytes: number) {
  const file = await open(path, 'w');
  const body = megabytes * 10 ** 6;
  let position = 0;
  for (const frame of frames) {
    await file.write(id3Head(body, frame), undefined, undefined, position);
    position += 20 + body;
  }
  await file.write(await readFile(song), undefined, undefined, position);
  await file.close();
}

beforeAll(async () => {
  await makeFile(at('song.mp3'), ...tone, '-c:a', 'libmp3lame', '-b:a', '128k');
  await makeFile(at('song.flac'), ...tone, '-c:a', 'flac');
  await makeFile(at('song.ogg'), ...tone, '-c:a', 'libvorbis');
  await makeFile(at('song.wav'), ...tone, '-c:a', 'pcm_s16le');
  await makeFile(at('song.m4a'), ...tone, '-c:a', 'aac');
  for (const ending of ['mp3', 'flac', 'ogg', 'wav']) {
    await copyFile(at(`song.${ending}`), at(`half.${ending}`));
    await truncate(at(`half.${ending}`), Math.round((await stat(at(`song.${ending}`))).size / 2));
  }
  await copyFile(at('song.m4a'), at('no-index.m4a'));
  await truncate(at('no-index.m4a'), 20_000);
  await copyFile(at('song.flac'), at('lying-type.mp3'));
  await writeFile(
    at('playlist.mp3'),
    '#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\nsong.mp3\n#EXT-X-ENDLIST\n',
  );
  await writeFile(at('concat.mp3'), 'ffconcat version 1.0\nfile song.mp3\n');
  await writeFile(at('text.mp3'), 'This is only a text.\n'.repeat(100));
  await writeFile(at('hundred-bytes.wav'), Buffer.concat([wavHead(0xffff_fff0), Buffer.alloc(100, 1)]));
  await writeFile(
    at('streamed.wav'),
    Buffer.concat([wavHead(0xffff_ffff), (await readFile(at('song.wav'))).subarray(78)]),
  );
  await writeFile(at('no-samples.wav'), wavHead(0));
  await tagsBefore(at('song.mp3'), at('private-tags.mp3'), ['PRIV', 'PRIV'], 250);
  await tagsBefore(at('song.mp3'), at('long-title.mp3'), ['TIT2'], 60);
  await tagsBefore(at('song.mp3'), at('covers.mp3'), ['APIC', 'APIC'], 250);
  const cover = [
    '-i',
    at('bomb.png'),
    '-map',
    '0',
    '-map',
    '1',
    '-c',
    'copy',
    '-disposition:v',
    'attached_pic',
  ];
  await makeFile(
    at('bomb.png'),
    '-f',
    'lavfi',
    '-i',
    'color=size=6500x6500:rate=1:duration=1',
    '-frames:v',
    '1',
    '-update',
    '1',
  );
  await makeFile(at('bomb-as-cover.mp3'), '-i', at('song.mp3'), ...cover);
}, 300_000);

const refused = [
  ['playlist.mp3', /^(forbidden_format|not_media)$/],
  ['concat.mp3', /^(forbidden_format|not_media)$/],
  ['text.mp3', /^not_media$/],
  ['no-samples.wav', /^corrupt_media$/],
  ['no-index.m4a', /^corrupt_media$/],
] as const;

describe.each(toolSets)('with $label', ({ places }) => {
  // None of these needs much: what does has been talked into it.
  const tools = createFfmpegVideoTools({ ...places, memoryBytes: 2 ** 30 });

  test.each(refused)(
    '%s is refused',
    async (name, code) => {
      await expect(tools.probe(at(name), neverAborted)).rejects.toMatchObject({
        kind: 'unsupported',
        code: expect.stringMatching(code),
      });
    },
    120_000,
  );

  test.each(['half.mp3', 'half.flac', 'half.ogg', 'half.wav'])(
    '%s is worth what is left of it',
    async (name) => {
      const { measurement } = await made(tools, folder, at(name), rungs.slice(0, 1));
      expect(measurement.durationSeconds).toBeGreaterThan(0.9);
      expect(measurement.durationSeconds).toBeLessThan(2.6);
    },
    120_000,
  );

  test.each(['lying-type.mp3', 'streamed.wav'])(
    '%s is what its bytes are',
    async (name) => {
      const { measurement } = await made(tools, folder, at(name), rungs.slice(0, 1));
      expect(measurement.durationSeconds).toBeCloseTo(4, 1);
    },
    120_000,
  );

  test('a header that tells of four gigabytes is worth the hundred bytes behind it', async () => {
    const { measurement } = await made(tools, folder, at('hundred-bytes.wav'), rungs.slice(0, 1));
    expect(measurement.durationSeconds).toBeCloseTo(50 / 44_100, 5);
  }, 120_000);

  test.each(['private-tags.mp3', 'long-title.mp3', 'covers.mp3', 'bomb-as-cover.mp3'])(
    '%s is played without what it is stuffed with, or refused for good, within its limits',
    async (name) => {
      const outcome = await made(tools, folder, at(name), rungs.slice(0, 1)).then(
        ({ measurement }) => measurement.durationSeconds,
        ({ kind, code }) => `${kind} ${code}`,
      );
      if (typeof outcome === 'number') expect(outcome).toBeCloseTo(4, 1);
      else expect(outcome).toMatch(/^(unsupported|too-large) /);
      const song = await tools.probe(at(name), neverAborted).then(
        (probe) => JSON.stringify([probe.song, probe.tags, probe.cover]).length,
        () => 0,
      );
      expect(song).toBeLessThan(20_000);
    },
    300_000,
  );
});
