import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { chaptersOf } from '../../../src/adapters/ffmpeg/chapters.js';
import { type HeaderChapter, readHeader } from '../../../src/adapters/ffmpeg/ffprobe-output.js';
import { h264, makeFile, neverAborted, picture, temporaryFolder, tone, toolSets } from './support.js';

type Told = readonly [start: string | undefined, end: string | undefined, title?: string];

const told = ([start, end, title]: Told): HeaderChapter => ({
  ...(start === undefined ? {} : { start_time: start }),
  ...(end === undefined ? {} : { end_time: end }),
  ...(title === undefined ? {} : { tags: { title } }),
});
/** Of a file of ten seconds. */
const read = (chapters: readonly Told[], startTime = '0') =>
  chaptersOf({ streams: [], format: { start_time: startTime }, chapters: chapters.map(told) }, 10).map(
    ({ startSeconds, endSeconds, title }) => [startSeconds, endSeconds, title],
  );

describe('chapters', () => {
  test.each<[string, readonly Told[], readonly unknown[]]>([
    [
      'stand as the file tells them',
      [
        ['0', '4', 'One'],
        ['4', '10', 'Two'],
      ],
      [
        [0, 4, 'One'],
        [4, 10, 'Two'],
      ],
    ],
    [
      'are put in order',
      [
        ['4', '10', 'Two'],
        ['0', '4', 'One'],
      ],
      [
        [0, 4, 'One'],
        [4, 10, 'Two'],
      ],
    ],
    [
      'end where the next begins',
      [
        ['0', '10', 'Whole'],
        ['4', '10', 'Two'],
      ],
      [
        [0, 4, 'Whole'],
        [4, 10, 'Two'],
      ],
    ],
    ['may leave something out', [['2', '4', 'One']], [[2, 4, 'One']]],
    ['that begin before the file begin with it', [['-3', '4', 'One']], [[0, 4, 'One']]],
    ['that end behind it end with it', [['3', '400', 'One']], [[3, 10, 'One']]],
    ['that begin behind it are none', [['10', '12', 'One']], []],
    ['that tell no end last until the next', [['3', undefined, 'One']], [[3, 10, 'One']]],
    ['that end before they begin last until the next', [['3', '2', 'One']], [[3, 10, 'One']]],
    [
      'that begin at once are the first of them',
      [
        ['3', '4', 'One'],
        ['3', '5', 'Two'],
      ],
      [[3, 4, 'One']],
    ],
    ['without a beginning are none', [[undefined, '4', 'One']], []],
    ['of no numbers are none', [['nan', 'inf', 'One']], []],
    ['need no title', [['0', '4']], [[0, 4, null]]],
    ['have titles in one line', [['0', '4', ' a\n\nb\u202e\u0000 ']], [[0, 4, 'a b']]],
  ])('%s', (_, chapters, expected) => {
    expect(read(chapters)).toEqual(expected);
  });

  test('are told from the beginning of the file, on whatever clock it is', () => {
    expect(read([['100', '104', 'One']], '100')).toEqual([[0, 4, 'One']]);
  });

  test('are a thousand at the most', () => {
    const many = Array.from(
      { length: 5000 },
      (_, index): Told => [`${index / 1000}`, `${(index + 1) / 1000}`],
    );
    expect(read(many)).toHaveLength(1000);
  });

  test('that nobody can make sense of do not keep a file from being read', () => {
    expect(readHeader('{"chapters": [{"start_time": 3}], "format": {}}').chapters).toEqual([]);
  });
});

const folder = await temporaryFolder();
const at = (name: string) => join(folder, name);
const metadata = (count: number, seconds: number) =>
  `;FFMETADATA1\n${Array.from(
    { length: count },
    (_, index) =>
      `[CHAPTER]\nTIMEBASE=1/1000\nSTART=${Math.floor((index * seconds * 1000) / count)}\nEND=${Math.floor(((index + 1) * seconds * 1000) / count)}\ntitle=Part ${index + 1}\n`,
  ).join('')}`;

beforeAll(async () => {
  await writeFile(at('two.txt'), metadata(2, 2));
  await writeFile(at('many.txt'), metadata(60_000, 60_000));
  const withTwo = ['-i', at('two.txt'), '-map_chapters', '2'];
  await makeFile(at('film.mkv'), ...picture('64x48', 10, 2), ...tone(2), ...withTwo, ...h264);
  await makeFile(at('film.mp4'), ...picture('64x48', 10, 2), ...tone(2), ...withTwo, ...h264);
  await makeFile(at('book.m4b'), ...tone(2), '-i', at('two.txt'), '-map_chapters', '1', '-c:a', 'aac');
  await makeFile(at('song.mp3'), ...tone(2), '-i', at('two.txt'), '-map_chapters', '1');
  await makeFile(at('late.mkv'), '-itsoffset', '5', '-i', at('film.mkv'), '-c', 'copy', '-copyts');
  await makeFile(at('many.mkv'), ...tone(1), '-i', at('many.txt'), '-map_chapters', '1', '-c:a', 'aac');
});

describe.each(toolSets)('with $label', ({ tools }) => {
  test.each(['film.mkv', 'film.mp4', 'book.m4b', 'song.mp3', 'late.mkv'])(
    '%s tells of its two',
    async (name) => {
      const { chapters = [] } = await tools.probe(at(name), neverAborted);
      expect(chapters.map(({ title }) => title)).toEqual(['Part 1', 'Part 2']);
      // The encoder of a song has put a few milliseconds before it.
      expect(chapters[0]?.startSeconds).toBe(0);
      expect(Math.abs((chapters[1]?.startSeconds ?? 0) - 1)).toBeLessThan(0.05);
    },
  );

  test('tens of thousands of them are left out, and the file is taken', async () => {
    const probed = await tools.probe(at('many.mkv'), neverAborted);
    expect(probed.chapters).toBeUndefined();
    expect(probed.audio).toHaveLength(1);
  });
});
