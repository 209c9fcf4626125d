import { expect, test } from 'vitest';
import { chaptersVtt } from '../../src/queries/chapters-vtt.js';

test('chapters are cues that show their titles, whatever these are', () => {
  const chapters = [
    { startSeconds: 0, endSeconds: 59.9996, title: 'Salt & <i>Pepper</i> --> x' },
    { startSeconds: 3600, endSeconds: 3601, title: null },
  ];
  expect(chaptersVtt(chapters, 'file')).toBe(
    'WEBVTT\n\n00:00:00.000 --> 00:01:00.000\nSalt &amp; &lt;i&gt;Pepper&lt;/i&gt; --&gt; x\n\n01:00:00.000 --> 01:00:01.000\nChapter 2\n',
  );
});

test('chapters that scenes tell of say so in a comment, which players leave out', () => {
  expect(chaptersVtt([{ startSeconds: 0, endSeconds: 60, title: null }], 'scenes')).toBe(
    'WEBVTT\n\nNOTE source: scenes\n\n00:00:00.000 --> 00:01:00.000\nChapter 1\n',
  );
});
