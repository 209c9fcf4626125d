import { writeFile } from 'node:fs/promises';
import { aac, ffmpeg, h264, picture, tone } from './make.js';
import { type OddMedium, published } from './odd-medium.js';

const subrip =
  '1\n00:00:00,500 --> 00:00:01,000\n<i>To be</i> continued.\n\n2\n00:00:01,200 --> 00:00:01,900\n{\\an8}Or not.\n';
const script = [
  '[Script Info]\nScriptType: v4.00+\n',
  '[V4+ Styles]\nFormat: Name, Bold, Italic, Underline, Alignment\nStyle: Default,0,-1,0,8\n',
  '[Events]\nFormat: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text',
  'Dialogue: 0,0:00:00.50,0:00:01.00,Default,,0,0,0,,{\\pos(9,9)}To be\\N{\\b1}continued.\n',
].join('\n');

/** Picture, tone and these files of text, each as often as it is named. */
async function withTexts(path: string, files: readonly string[], ...words: string[]) {
  await writeFile(`${path}.srt`, subrip);
  await writeFile(`${path}.latin.srt`, Buffer.from(subrip.replace('be', 'bé'), 'latin1'));
  await writeFile(`${path}.ass`, script);
  const inputs = files.flatMap((ending) => ['-i', `${path}.${ending}`]);
  const maps = ['-map', '0', '-map', '1', ...files.flatMap((_, index) => ['-map', String(index + 2)])];
  await ffmpeg(...[...picture(), ...tone(), ...inputs, ...maps, ...h264, ...aac, ...words, path]);
}

/** Text in the codecs and containers there are. */
export const texts: readonly OddMedium[] = [
  {
    name: 'texts.mkv',
    make: (path) => withTexts(path, ['srt', 'ass', 'latin.srt', 'srt'], '-c:s', 'copy', '-c:s:3', 'webvtt'),
    expected: published({ texts: 4 }),
  },
  {
    name: 'timed-text.mp4',
    make: (path) => withTexts(path, ['srt', 'ass'], '-c:s', 'mov_text'),
    expected: published({ texts: 2 }),
  },
  {
    name: 'fifty-texts.mkv',
    make: (path) => withTexts(path, Array<string>(50).fill('srt'), '-c:s', 'copy'),
    expected: published({
      ...{ texts: 40, leftOut: Array.from({ length: 10 }, (_, index) => `${42 + index}:too_many_tracks`) },
    }),
  },
];
