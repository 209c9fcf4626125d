import { describe, expect, test } from 'vitest';
import type { BlobStat } from '../../src/core/blob-store.js';
import { mediaKinds } from '../../src/core/media-kind.js';
import type { MediaEvent } from '../../src/domain/media/media-events.js';
import { judgeStorage } from '../../src/domain/media/media-storage.js';
import { planProcessing } from '../../src/domain/media/steps/plan-processing.js';
import { type StepKind, stepKinds, stepRowOf } from '../../src/domain/media/steps/step-name.js';
import { deepFreeze } from '../kit/deep-freeze.js';
import {
  completed,
  framesFor,
  inProcess,
  mediaId,
  model,
  registered,
  renditionCompleted,
  started,
  uploaded,
} from '../kit/media-fixtures.js';
import { measured, song, soundRendition } from '../kit/sound-fixtures.js';

const now = '2026-11-21T09:00:00.000Z';
const old = '2026-11-19T09:00:00.000Z';
const young = '2026-11-21T08:00:00.000Z';

const blob = (path: string, sizeBytes = 100, modifiedAt = old): BlobStat => ({
  key: `media/${mediaId}/${path}`,
  sizeBytes,
  etag: 'e',
  modifiedAt,
});
const original = blob('original', 4_500_000);
const place = (path: string, reason: string, sizeBytes = 100) => ({
  prefix: path === '' ? `media/${mediaId}` : `media/${mediaId}/${path}`,
  sizeBytes,
  reason,
});

const failedUpload: MediaEvent = { type: 'UploadFailed', data: { mediaId, code: 'c', message: 'm' } };
const deleted: MediaEvent = { type: 'MediaDeleted', data: { mediaId } };
const scored: MediaEvent = {
  type: 'ModerationScored',
  data: { mediaId, model, frames: framesFor('approved') },
};
const poster: MediaEvent = {
  type: 'PosterGenerated',
  data: { mediaId, poster: { blobKey: 'media/m1/poster/j1-1/poster.jpg', atSeconds: 1 } },
};
const gif: MediaEvent = {
  type: 'DerivativeGenerated',
  data: {
    mediaId,
    derivative: {
      ...{ name: 'preview.gif', contentType: 'image/gif', sizeBytes: 900 },
      ...{ blobKey: 'media/m1/gif/j1-1/preview.gif', details: { startSeconds: 5 } },
    },
  },
};
const thumbnails: MediaEvent = {
  type: 'ThumbnailsGenerated',
  data: {
    mediaId,
    poster: { blobKey: 'media/m1/thumbnails/j1-1/poster.jpg', atSeconds: 1 },
    storyboard: {
      blobPrefix: 'media/m1/thumbnails/j1-1',
      sprites: ['sprite-0.jpg'],
      ...{ columns: 1, rows: 1, tileWidth: 1, tileHeight: 1, tileCount: 1, intervalSeconds: 1 },
    },
  },
};

const songEvents: MediaEvent[] = [
  ...[registered, uploaded, started('probe')],
  { type: 'MediaProbed', data: { mediaId, kind: 'audio', probe: song } },
  completed('probe'),
  planProcessing(mediaId, 'audio', song),
];
const soundFile = (name: string, contentType: string, sizeBytes: number): MediaEvent => ({
  type: 'DerivativeGenerated',
  data: {
    mediaId,
    derivative: { name, contentType, sizeBytes, blobKey: `media/m1/sound/j1-1/${name}`, details: {} },
  },
});
const soundMade: MediaEvent[] = [
  { type: 'SoundMeasured', data: { mediaId, sound: measured } },
  {
    type: 'RenditionCompleted',
    data: { mediaId, rendition: { ...soundRendition(), blobPrefix: 'media/m1/sound/j1-1/128k' } },
  },
  soundFile('audio.m4a', 'audio/mp4', 900),
  soundFile('waveform.json', 'application/json', 90),
];

interface Row {
  readonly name: string;
  readonly events: readonly MediaEvent[];
  readonly stored: readonly BlobStat[];
  readonly orphans?: readonly object[];
  readonly unexplained?: readonly object[];
  readonly missing?: readonly object[];
}

const rows: readonly Row[] = [
  {
    name: 'what events name stays, whatever its age',
    events: [
      ...inProcess,
      started('transcode'),
      renditionCompleted(),
      completed('transcode'),
      poster,
      thumbnails,
      gif,
      scored,
    ],
    stored: [
      original,
      blob('hls/j1-1/360p/init.mp4', 1_000_000),
      blob('hls/j1-1/360p/playlist.m3u8'),
      blob('poster/j1-1/poster.jpg'),
      blob('thumbnails/j1-1/poster.jpg'),
      blob('thumbnails/j1-1/sprite-0.jpg'),
      blob('gif/j1-1/preview.gif', 900),
      ...[0, 1, 2, 3].map((index) => blob(`frames/j1-1/frame-00${index}.jpg`)),
    ],
  },
  {
    name: 'what sound alone is served as lies in one place, and stays, each file told when it is missing',
    events: [...songEvents, started('sound'), ...soundMade, completed('sound')],
    stored: [
      original,
      blob('sound/j1-1/128k/segment-00000.m4s', 1_000_000),
      blob('sound/j1-1/128k/playlist.m3u8'),
      blob('sound/j1-1/audio.m4a', 900),
    ],
    missing: [{ key: 'media/m1/sound/j1-1/waveform.json', expectedBytes: 90, storedBytes: 0 }],
  },
  {
    name: 'the output of an attempt that another one has followed goes',
    events: [...inProcess, started('transcode', 'j2', 1), started('transcode', 'j2', 2)],
    stored: [original, blob('hls/j2-1/360p/a.m4s', 60), blob('hls/j2-1/360p/b.m4s', 40), blob('hls/j2-2/x')],
    orphans: [place('hls/j2-1', 'attempt_given_up')],
  },
  {
    name: 'the output of an attempt whose step another one completed goes',
    events: [
      ...inProcess,
      started('transcode', 'j2', 1),
      started('transcode'),
      renditionCompleted(),
      completed('transcode'),
    ],
    stored: [original, blob('hls/j1-1/360p/init.mp4', 1_000_001), blob('hls/j2-1/360p/init.mp4')],
    orphans: [place('hls/j2-1', 'attempt_given_up')],
  },
  {
    name: 'young files stay, and with them all of their place',
    events: [...inProcess, started('transcode', 'j2', 1), started('transcode', 'j2', 2)],
    stored: [original, blob('hls/j2-1/a'), blob('hls/j2-1/b', 1, young)],
  },
  {
    name: 'the original of an upload that has not ended stays',
    events: [registered],
    stored: [original],
  },
  {
    name: 'the original of an upload that failed goes',
    events: [registered, failedUpload],
    stored: [original],
    orphans: [place('original', 'upload_failed', 4_500_000)],
  },
  {
    name: 'all of a deleted item goes, purged or not, also what nobody accounts for, and nothing of it is missed',
    events: [...inProcess, renditionCompleted(), deleted, { type: 'MediaPurged', data: { mediaId } }],
    stored: [blob('original', 10), blob('hls/j9-9/a', 20), blob('strange', 30)],
    orphans: [place('', 'item_deleted', 60)],
  },
  {
    name: 'a deleted item whose last file came a moment ago is left to its purge',
    events: [...inProcess, deleted],
    stored: [original, blob('hls/j1-1/a', 1, young)],
  },
  {
    name: 'an item without a history stays: the database may be another',
    events: [],
    stored: [original],
    unexplained: [place('', 'unknown_item', 4_500_000)],
  },
  {
    name: 'attempts and files that the history does not know stay',
    events: inProcess,
    stored: [original, blob('hls/j7-1/360p/a.m4s'), blob('notes.txt'), blob('hls/loose')],
    unexplained: ['hls/j7-1', 'notes.txt', 'hls/loose'].map((path) => place(path, 'unknown_place')),
  },
  {
    name: 'an original that is not there is missing, one cut short too',
    events: [registered, uploaded],
    stored: [blob('original', 4_499_999)],
    missing: [{ key: 'media/m1/original', expectedBytes: 4_500_000, storedBytes: 4_499_999 }],
  },
  {
    name: 'a rendition without its playlist is missing, and one without a segment',
    events: [...inProcess, renditionCompleted(), renditionCompleted('720p')],
    stored: [original, blob('hls/j1-1/360p/init.mp4', 1_000_000), blob('hls/j1-1/720p/playlist.m3u8')],
    missing: [
      { key: 'media/m1/hls/j1-1/360p', expectedBytes: 1_000_001, storedBytes: 1_000_000 },
      { key: 'media/m1/hls/j1-1/720p', expectedBytes: 1_000_001, storedBytes: 100 },
    ],
  },
  {
    name: 'pictures are missed one by one',
    events: [...inProcess, poster, thumbnails, gif],
    stored: [original, blob('thumbnails/j1-1/poster.jpg'), blob('gif/j1-1/preview.gif', 899)],
    missing: [
      { key: 'media/m1/poster/j1-1/poster.jpg', expectedBytes: 1, storedBytes: 0 },
      { key: 'media/m1/thumbnails/j1-1/sprite-0.jpg', expectedBytes: 1, storedBytes: 0 },
      { key: 'media/m1/gif/j1-1/preview.gif', expectedBytes: 900, storedBytes: 899 },
    ],
  },
];

describe('what lies in the blob store of an item', () => {
  test.for(rows)('$name', ({ events, stored, orphans = [], unexplained = [], missing = [] }) => {
    const verdict = judgeStorage(deepFreeze({ mediaId, events, stored, now, graceSeconds: 86_400 }));
    expect(verdict).toEqual({ orphans, unexplained, missing });
  });
});

/** Every file that the row of a step lets its worker make: of pictures all widths and formats. */
const filesOfStep = (step: StepKind): readonly BlobStat[] =>
  (stepRowOf(step).derivatives ?? []).flatMap(({ path, names }) => {
    const all = names?.all ?? [path.split('/').at(-1)?.replace(':file', 'a') ?? ''];
    return all.map((name) => blob(`${step}/j1-1/${path.replace(':file', name)}`, 9));
  });
const generated = ({ key, sizeBytes }: BlobStat): MediaEvent => ({
  type: 'DerivativeGenerated',
  data: {
    mediaId,
    derivative: { name: 'n', contentType: 'image/jpeg', sizeBytes, blobKey: key, details: {} },
  },
});
const making = stepKinds.filter((kind) => filesOfStep(kind).length > 0);

describe.each(making)('the files that the step %s makes', (step) => {
  const files = filesOfStep(step);
  const judged = (events: readonly MediaEvent[], stored: readonly BlobStat[]) =>
    judgeStorage(deepFreeze({ mediaId, events, stored, now, graceSeconds: 86_400 }));
  const done = [...inProcess, started(step), ...files.map(generated), completed(step)];

  test('stay once history names them', () => {
    expect(judged(done, [original, ...files])).toEqual({ orphans: [], unexplained: [], missing: [] });
  });

  test.each(files)('are missed: $key', (file) => {
    const { missing, orphans } = judged(done, [original, ...files.filter((each) => each !== file)]);
    expect(missing).toEqual([{ key: file.key, expectedBytes: 9, storedBytes: 0 }]);
    expect(orphans).toEqual([]);
    const cut = files.map((each) => (each === file ? { ...file, sizeBytes: 8 } : each));
    expect(judged(done, [original, ...cut]).missing).toMatchObject([{ key: file.key, storedBytes: 8 }]);
  });

  test('go where they are those of an attempt that another has followed', () => {
    const events = [...inProcess, started(step), started(step, 'j1', 2)];
    expect(judged(events, [original, ...files])).toMatchObject({
      orphans: [{ prefix: `media/${mediaId}/${step}/j1-1`, reason: 'attempt_given_up' }],
      unexplained: [],
    });
  });
});

test('every kind of media has a step whose files are looked after', () => {
  const kinds = new Set(making.flatMap((step) => stepRowOf(step).media));
  expect([...kinds].sort()).toEqual([...mediaKinds].sort());
});
