import { execFileSync } from 'node:child_process';
import { createReadStream, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createFfmpegVideoTools } from '../../src/adapters/ffmpeg/ffmpeg-video-tools.js';
import { createLocalBlobStore } from '../../src/adapters/local-disk/local-blob-store.js';
import { createPictureTools } from '../../src/adapters/pictures/sharp-picture-tools.js';
import type { BlobStore } from '../../src/core/blob-store.js';
import type { InferenceClient } from '../../src/core/inference/inference-client.js';
import type { RequestOf } from '../../src/core/inference/task-table.js';
import { silentLogger } from '../../src/core/logger.js';
import type { WorkerContext } from '../../src/core/worker.js';
import { jobPayloads } from '../../src/domain/jobs.js';
import { derivativesOf } from '../../src/domain/media/derivatives.js';
import type { MediaCommand, MediaCommandOf } from '../../src/domain/media/media-commands.js';
import type { Probe } from '../../src/domain/media/media-values.js';
import { DEFAULT_MODERATION_POLICY as policy } from '../../src/domain/media/moderation-policy-document.js';
import { stepRequest } from '../../src/domain/media/steps/step-request.js';
import { moderateSoundWorker } from '../../src/workers/moderate-sound.js';
import { posterWorker } from '../../src/workers/poster.js';
import { probeWorker } from '../../src/workers/probe.js';
import { soundWorker } from '../../src/workers/sound.js';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const folder = mkdtempSync(join(tmpdir(), 'mediaflow-sound-workers-'));
const tools = createFfmpegVideoTools();
const pictureTools = createPictureTools();
const mediaId = 'm1';
const blobKey = `media/${mediaId}/original`;
const held = { mediaId, attempt: 2, jobId: 'j1' };
const looked = { provider: 'local', model: 'm', version: '1' };
let pictures = 0;
/** What it would say of any picture, and how many it was shown. */
const inference = {
  infer: async (_task: 'moderateFrames', { images }: RequestOf<'moderateFrames'>) => {
    pictures += images.length;
    return { model: looked, answer: { labels: images.map(() => ({ porn: 0.01, hentai: 0, sexy: 0 })) } };
  },
} as unknown as InferenceClient;
let blobs: BlobStore;
let probe: Probe;
let attempts = 0;

function attempt(): WorkerContext {
  const workFolder = join(folder, `work-${attempts++}`);
  mkdirSync(workFolder);
  return {
    ...{ jobId: held.jobId, attempt: held.attempt, signal: AbortSignal.timeout(110_000), workFolder },
    ...{ now: () => '2026-11-21T10:00:00.000Z', report: async () => {}, confirm: async () => {} },
    logger: silentLogger,
  };
}

function only<Type extends MediaCommand['type']>(
  commands: readonly object[],
  type: Type,
): MediaCommandOf<Type>['data'] {
  expect(commands).toMatchObject([{ type }]);
  return (commands[0] as MediaCommandOf<Type>).data as MediaCommandOf<Type>['data'];
}
const item = () => ({ mediaId, blobKey, probe, ladder: [], audio: null });
const keysBelow = async (prefix: string): Promise<string[]> => {
  const keys: string[] = [];
  for await (const { key } of blobs.list(prefix)) keys.push(key.slice(prefix.length + 1));
  return keys.toSorted();
};

beforeAll(async () => {
  blobs = await createLocalBlobStore({ folder: join(folder, 'blobs') });
  const [cover, song] = [join(folder, 'cover.jpg'), join(folder, 'song.mp3')];
  const ffmpeg = (...words: string[]) => execFileSync('ffmpeg', ['-v', 'error', '-y', ...words]);
  ffmpeg('-f', 'lavfi', '-i', 'testsrc2=size=96x96', '-frames:v', '1', '-update', '1', cover);
  ffmpeg(
    ...['-f', 'lavfi', '-i', 'sine=duration=3', '-i', cover, '-map', '0', '-map', '1', '-c:v', 'copy'],
    ...[
      '-disposition:v',
      'attached_pic',
      '-metadata',
      'title=Morning',
      '-c:a',
      'libmp3lame',
      '-b:a',
      '128k',
      song,
    ],
  );
  await blobs.put(blobKey, createReadStream(song));
  probe = only(
    await probeWorker({ blobs, tools, pictures: pictureTools }).run({ mediaId, blobKey }, attempt()),
    'RecordProbe',
  ).probe;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the probe tells what song it is, and which of its streams is the cover art', () => {
  expect(probe).toMatchObject({
    ...{ video: null, song: { title: 'Morning' }, leftOut: [] },
    cover: { width: 96, height: 96, codec: 'mjpeg', frameCount: 1 },
  });
});

test('all that sound is served as lies in one place, each file told with its size', async () => {
  const payload = jobPayloads.sound.parse(
    stepRequest('sound', { rungs: [{ name: '64k', bitrateBps: 64_000 }] }, item()).payload,
  );
  const data = only(await soundWorker({ blobs, tools }).run(payload, attempt()), 'RecordSound');
  expect(data).toMatchObject({ ...held, step: 'sound', sound: { durationSeconds: 3, channels: 1 } });
  expect(data.renditions).toMatchObject([
    { name: '64k', kind: 'audio', width: null, blobPrefix: 'media/m1/sound/j1-2/64k' },
  ]);
  expect(
    derivativesOf('sound', data.derivatives).map(({ name, contentType }) => [name, contentType]),
  ).toEqual([
    ['audio.m4a', 'audio/mp4'],
    ['waveform.json', 'application/json'],
  ]);
  for (const { blobKey: key, sizeBytes } of data.derivatives)
    expect((await blobs.stat(key))?.sizeBytes).toBe(sizeBytes);
  expect(await keysBelow('media/m1/sound/j1-2')).toEqual([
    ...['64k/init.mp4', '64k/playlist.m3u8', '64k/segment-00000.m4s'],
    ...['audio.m4a', 'waveform.json'],
  ]);
});

test('cover art is the poster', async () => {
  const payload = jobPayloads.poster.parse(stepRequest('poster', {}, item()).payload);
  const { poster } = only(await posterWorker({ blobs, tools }).run(payload, attempt()), 'RecordPoster');
  const thumbHash = expect.stringMatching(/^[A-Za-z0-9+/]{20,40}={0,2}$/);
  expect(poster).toEqual({ blobKey: 'media/m1/poster/j1-2/poster.jpg', atSeconds: 0, thumbHash });
  expect(statSync(await blobs.localFile(poster.blobKey, folder)).size).toBeGreaterThan(0);
});

test('cover art is looked at once, and kept as it was looked at', async () => {
  pictures = 0;
  const payload = jobPayloads['moderate-sound'].parse(stepRequest('moderate-sound', {}, item()).payload);
  const worker = moderateSoundWorker({ blobs, tools, inference, policy });
  const { seen } = only(await worker.run(payload, attempt()), 'RecordSoundModeration');
  expect(pictures).toBe(1);
  expect(seen).toMatchObject({ model: looked, frames: [{ atSeconds: 0, pick: 'spread' }] });
  const [frame] = seen?.frames ?? [];
  expect((await blobs.stat(frame?.blobKey ?? ''))?.sizeBytes).toBeGreaterThan(0);
});

test('where there is none, no model is asked', async () => {
  pictures = 0;
  const worker = moderateSoundWorker({ blobs, tools, inference, policy });
  const data = only(await worker.run({ mediaId, blobKey, cover: null }, attempt()), 'RecordSoundModeration');
  expect([pictures, data.seen]).toEqual([0, null]);
});
