import { describe, expect, it } from 'vitest';
import type { MediaItem } from '../../../src/apps/cli/answers.js';
import { itemLines } from '../../../src/apps/cli/describe-item.js';
import type { Paint } from '../../../src/apps/cli/terminal/text.js';

const plain: Paint = (_style, text) => text;
const item: MediaItem = {
  ...{ id: 'm1', status: 'published', type: 'video', title: 'Clip', description: '', tags: [] },
  ...{
    detectedTags: [],
    filename: 'clip.mkv',
    contentType: null,
    sizeBytes: 1,
    duplicateOf: null,
    sha256: null,
  },
  ...{
    durationSeconds: 2,
    width: 128,
    height: 72,
    song: null,
    leftOut: [],
    renditions: [],
    audioTracks: [],
    derivatives: [],
    steps: [],
    expectedEndAt: null,
  },
  ...{
    posterUrl: null,
    previewGifUrl: null,
    storyboardUrl: null,
    chaptersUrl: null,
    chaptersSource: null,
    subtitleTracks: [],
    playbackUrl: null,
    moderation: null,
    failure: null,
  },
  ...{ createdAt: '2026-11-21T10:00:00.000Z', updatedAt: '2026-11-21T10:00:00.000Z', publishedAt: null },
};
const linesOf = (change: Partial<MediaItem>) => itemLines({ ...item, ...change }, plain, (path) => path);

describe('an item on a terminal', () => {
  it('says what song it is, as far as the file tells', () => {
    const nothing = { title: null, artist: null, album: null, albumArtist: null };
    const uncounted = { track: null, trackCount: null, disc: null, year: null, genre: null };
    const song = { ...nothing, ...uncounted, title: 'Morning', artist: 'The Larks', track: 3, year: 1999 };
    expect(linesOf({ song })).toContain('song        The Larks: Morning (track 3, 1999)');
    expect(linesOf({ song: { ...nothing, ...uncounted, album: 'Days' } })).toContain('song        Days');
  });

  it('says which tracks were left out of it, each with the reason', () => {
    const lines = linesOf({
      leftOut: [
        { streamIndex: 0, kind: 'video', codec: 'mjpeg', reason: 'another_is_shown' },
        { streamIndex: 2, kind: 'audio', codec: 'tta', reason: 'codec_not_taken' },
        { streamIndex: 3, kind: 'audio', codec: 'aac', reason: 'no_samples' },
        { streamIndex: 4, kind: 'audio', codec: '\u001b[31mx', reason: 'cannot_be_decoded' },
      ],
    });
    const first = lines.findIndex((line) => line.startsWith('left out'));
    expect(lines.slice(first, first + 4)).toEqual([
      'left out    video 0 (mjpeg): another one is shown',
      '            audio 2 (tta): this codec is not taken',
      '            audio 3 (aac): it holds nothing',
      '            audio 4 (x): it cannot be decoded',
    ]);
  });

  it('says nothing of it where nothing was', () => {
    expect(linesOf({}).join('\n')).not.toContain('left out');
  });

  it('says how large and long the file is, after its name where that is told', () => {
    expect(linesOf({})).toContain('file        clip.mkv, 1 B, 128×72, 2 s');
    expect(linesOf({ filename: '' })).toContain('file        1 B, 128×72, 2 s');
  });

  it('tells the error of a step as that of the attempt that had it', () => {
    const lost = { code: 'worker_lost', message: 'The process ended' };
    const times = { retryAt: null, expectedEndAt: null };
    const step = { step: 'preview', attempt: 3, fraction: 0.34, ...times, error: lost } as const;
    expect(linesOf({ steps: [{ ...step, status: 'running' }] })).toContain(
      'steps       ▸ preview 34 %     attempt 3, the last error was: The process ended (worker_lost)',
    );
    expect(linesOf({ steps: [{ ...step, status: 'failed' }] })).toContain(
      'steps       ✗ preview          attempt 3: The process ended (worker_lost)',
    );
  });

  it('says when what is under way will be done', () => {
    const expectedEndAt = new Date(2026, 10, 21, 11, 5).toISOString();
    expect(linesOf({ expectedEndAt })).toContain('done at     2026-11-21 11:05:00, at the pace so far');
  });

  it('says in one line in which formats a picture is there, for each of its widths from the smallest on', () => {
    const made = { contentType: 'image/webp', sizeBytes: null, details: {} };
    const names = ['image/1280.avif', 'image/1280.jpg', 'image/320.avif', 'image/320.jpg', 'poster.jpg'];
    const derivatives = names.map((name) => ({ ...made, name, url: `/${name}` }));
    expect(linesOf({ type: 'image', derivatives }).slice(-3)).toEqual([
      ...['image/320   /image/320.avif, .jpg', 'image/1280  /image/1280.avif, .jpg'],
      'poster      /poster.jpg',
    ]);
  });

  it('says where it plays, and where its pictures are', () => {
    const made = { contentType: 'image/gif', sizeBytes: null, details: {} };
    const names = ['poster.jpg', 'preview.gif', 'subtitles-of-x/de.2.vtt'];
    const derivatives = names.map((name) => ({ ...made, name, url: `/${name}` }));
    const lines = linesOf({ playbackUrl: '/a.m3u8', derivatives, storyboardUrl: '/d.vtt' });
    expect(lines.slice(-5)).toEqual([
      ...['play        /a.m3u8', 'poster      /poster.jpg', 'preview     /preview.gif'],
      ...['subtitles-of-x/de.2 /subtitles-of-x/de.2.vtt', 'storyboard  /d.vtt'],
    ]);
  });
});
