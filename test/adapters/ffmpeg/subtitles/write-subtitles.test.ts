import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { MediaTools } from '../../../../src/core/sound-tools.js';
import type { TextTrack } from '../../../../src/core/subtitle-tools.js';
import { h264, makeFile, neverAborted, picture, temporaryFolder, toolSets } from '../support.js';

const folder = await temporaryFolder();
const at = (name: string) => join(folder, name);

const srtTime = (milliseconds: number) =>
  new Date(milliseconds).toISOString().slice(11, 23).replace('.', ',');
const srt = (cues: readonly (readonly [number, number, string])[]): string =>
  cues
    .map(([from, to, text], index) => `${index + 1}\n${srtTime(from)} --> ${srtTime(to)}\n${text}\n`)
    .join('\n');

const english = srt([
  [500, 1001, '<i>Hello</i> & <script>alert(1)</script>'],
  [1200, 1900, '{\\an8}Second\nline'],
]);
const ass = [
  '[Script Info]\nScriptType: v4.00+\nPlayResX: 384\nPlayResY: 288\n',
  '[V4+ Styles]\nFormat: Name, Fontname, Fontsize, Bold, Italic, Underline, Alignment\nStyle: Default,Arial,20,0,-1,0,8\n',
  '[Events]\nFormat: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text',
  'Dialogue: 0,0:00:00.50,0:00:01.00,Default,,0,0,0,,Sung {\\b1}loud\\Nand so on\n',
].join('\n');

beforeAll(async () => {
  await writeFile(at('english.srt'), english);
  await writeFile(at('french.srt'), Buffer.from(srt([[500, 1000, 'Déjà vu à Orléans']]), 'latin1'));
  await writeFile(at('song.ass'), ass);
  await writeFile(at('blank.srt'), srt([[500, 1000, '\u200b']]));
  const many = Array.from(
    { length: 100_000 },
    (_, index) => [index * 0.019, index * 0.019 + 1, `Cue ${index}`] as const,
  );
  await writeFile(
    at('many.srt'),
    srt(many.map(([from, lasts, text]) => [Math.floor(from), Math.floor(from) + Math.ceil(lasts), text])),
  );
  await makeFile(at('plain.mkv'), ...picture('64x48', 10, 2), ...h264);
  const texts = ['english.srt', 'french.srt', 'song.ass', 'blank.srt', 'english.srt'];
  await makeFile(
    at('film.mkv'),
    ...['plain.mkv', ...texts].flatMap((name) => ['-i', at(name)]),
    ...texts.flatMap((_, index) => ['-map', String(index)]),
    ...['-map', '5', '-c', 'copy', '-c:s:4', 'webvtt', '-metadata:s:s:1', 'language=fra'],
    ...[
      '-metadata:s:s:0',
      'language=eng',
      '-metadata:s:s:0',
      'title=All of it',
      '-disposition:s:0',
      'hearing_impaired',
    ],
  );
  const both = ['-i', at('plain.mkv'), '-i', at('english.srt'), '-map', '0', '-map', '1'];
  await makeFile(at('film.mp4'), ...both, '-c', 'copy', '-c:s', 'mov_text');
  await makeFile(
    at('late.mkv'),
    '-itsoffset',
    '5',
    '-i',
    at('film.mkv'),
    '-map',
    '0',
    '-c',
    'copy',
    '-copyts',
  );
  await makeFile(
    at('many.mkv'),
    ...['-i', at('plain.mkv'), '-i', at('many.srt'), '-i', at('english.srt')],
    ...['-map', '0', '-map', '1', '-map', '2', '-c', 'copy'],
  );
});

const tracksOf = (...codecs: string[]): TextTrack[] =>
  codecs.map((codec, index) => ({ streamIndex: index + 1, codec, language: index === 1 ? 'fra' : null }));

describe.each(toolSets)('with $label', ({ label, tools }) => {
  async function written(name: string, tracks: readonly TextTrack[]) {
    const outputFolder = at(`${label}-${name}`);
    await mkdir(outputFolder);
    const request: Parameters<MediaTools['writeSubtitles']>[0] = {
      ...{ inputPath: at(name), outputFolder, tracks, durationSeconds: 2, signal: neverAborted },
    };
    const { files, leftOut } = await tools.writeSubtitles(request);
    const read = (path: string) => readFile(join(outputFolder, path), 'utf8');
    const names = (await readdir(join(outputFolder, 'subtitles'))).map((file) => `subtitles/${file}`);
    expect(names.toSorted()).toEqual(files.map((file) => file.name).toSorted());
    return {
      files,
      leftOut,
      read,
      cues: async (index: number) => (await read(`subtitles/${index}.vtt`)).split('\n\n'),
    };
  }
  const head = 'WEBVTT\nX-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:0';
  const greeting = '00:00:00.500 --> 00:00:01.001\n<i>Hello</i> &amp; &lt;script&gt;alert(1)&lt;/script&gt;';
  const second = '00:00:01.200 --> 00:00:01.900 line:5%\nSecond\nline\n';

  test.each(['film.mkv', 'late.mkv'])(
    'each track of %s is a file, on the clock of what is served',
    async (name) => {
      const { files, leftOut, cues, read } = await written(
        name,
        tracksOf('subrip', 'subrip', 'ass', 'subrip', 'webvtt'),
      );
      expect(await cues(1)).toEqual([head, greeting, second]);
      expect(await cues(2)).toEqual([head, '00:00:00.500 --> 00:00:01.000\nDéjà vu à Orléans\n']);
      expect(await cues(3)).toEqual([
        head,
        '00:00:00.500 --> 00:00:01.000 line:5%\n<i>Sung </i><b><i>loud</i></b>\n<b><i>and so on</i></b>\n',
      ]);
      expect((await cues(5))[0]).toBe(head);
      expect(leftOut).toEqual([
        { streamIndex: 4, kind: 'subtitle', codec: 'subrip', reason: 'cannot_be_decoded' },
      ]);
      expect(files[2]).toEqual({
        name: 'subtitles/2.vtt',
        details: { streamIndex: 2, language: 'fra', cueCount: 1, characterSet: 'windows-1252' },
      });
      expect(await read('subtitles/2.m3u8')).toMatch(
        /^#EXT-X-TARGETDURATION:2$[\s\S]*^#EXTINF:[12]\.\d+,\n2\.vtt$/m,
      );
    },
  );

  test('timed text of an MP4 is a file', async () => {
    const { cues } = await written('film.mp4', tracksOf('mov_text'));
    // ffmpeg has taken the unknown tag away, and MP4 has no place at the top as it writes it.
    expect(await cues(1)).toEqual([
      head,
      expect.stringContaining('00:00:00.500 --> 00:00:01.001\n<i>Hello</i> &amp; '),
      expect.stringContaining('Second\nline\n'),
    ]);
  });

  test('of a hundred thousand subtitles nobody makes a file, and the others are made', async () => {
    const { leftOut, cues } = await written('many.mkv', tracksOf('subrip', 'subrip'));
    expect(leftOut).toEqual([{ streamIndex: 1, kind: 'subtitle', codec: 'subrip', reason: 'too_much_text' }]);
    expect(await cues(2)).toEqual([head, greeting, second]);
  });

  test('what the probe tells of a track is what its file says', async () => {
    const { subtitles, trackTitles } = await tools.probe(at('film.mkv'), neverAborted);
    expect(subtitles[0]).toMatchObject({
      streamIndex: 1,
      codec: 'subrip',
      language: 'eng',
      isForHearingImpaired: true,
    });
    expect(subtitles[1]).not.toHaveProperty('isForHearingImpaired');
    expect(trackTitles).toMatchObject({ 1: 'All of it' });
  });
});
