import { execFileSync } from 'node:child_process';
import { createReadStream, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFfmpegVideoTools } from '../../src/adapters/ffmpeg/ffmpeg-video-tools.js';
import { createLocalInference } from '../../src/adapters/inference/local-inference.js';
import { createLocalBlobStore } from '../../src/adapters/local-disk/local-blob-store.js';
import { createPictureTools } from '../../src/adapters/pictures/sharp-picture-tools.js';
import type { BlobStore } from '../../src/core/blob-store.js';
import { conflict } from '../../src/core/errors.js';
import { silentLogger } from '../../src/core/logger.js';
import type { LooksAsked } from '../../src/core/readers/media-looks.js';
import type { Worker, WorkerContext } from '../../src/core/worker.js';
import type { JobKind, JobPayload } from '../../src/domain/jobs.js';
import { derivativesOf } from '../../src/domain/media/derivatives.js';
import { planLadder } from '../../src/domain/media/ladder.js';
import type { MediaCommand, MediaCommandOf } from '../../src/domain/media/media-commands.js';
import { DEFAULT_MODERATION_POLICY } from '../../src/domain/media/moderation-policy-document.js';
import { drawnStepKinds } from '../../src/domain/media/steps/step-table.js';
import { drawingWorker } from '../../src/workers/draw.js';
import { moderateWorker } from '../../src/workers/moderate.js';
import { posterWorker } from '../../src/workers/poster.js';
import { probeWorker } from '../../src/workers/probe.js';
import { purgeWorker } from '../../src/workers/purge.js';
import { tagWorker } from '../../src/workers/tag.js';
import { thumbnailsWorker } from '../../src/workers/thumbnails.js';
import { transcodeWorker } from '../../src/workers/transcode.js';

const folder = mkdtempSync(join(tmpdir(), 'mediaflow-workers-'));
const tools = createFfmpegVideoTools();
const inference = createLocalInference();
const mediaId = 'm1';
const blobKey = `media/${mediaId}/original`;
const held = { mediaId, attempt: 2, jobId: 'j1' };
let blobs: BlobStore;
let video: JobPayload<'moderate'>;
let attempts = 0;

/** One attempt of a worker, and what it is told when it asks whether its result is wanted. */
function attempt(confirm: WorkerContext['confirm'] = async () => {}): WorkerContext {
  const workFolder = join(folder, `work-${attempts++}`);
  mkdirSync(workFolder);
  return {
    jobId: held.jobId,
    attempt: held.attempt,
    signal: AbortSignal.timeout(60_000),
    workFolder,
    now: () => '2026-11-21T10:00:00.000Z',
    report: async () => {},
    confirm,
    logger: silentLogger,
  };
}

/** The one command a worker ends in. */
async function resultOf<Type extends MediaCommand['type'], Kind extends JobKind>(
  type: Type,
  worker: Worker<JobPayload<Kind>>,
  payload: JobPayload<Kind>,
  context = attempt(),
): Promise<MediaCommandOf<Type>['data']> {
  const commands = await worker.run(payload, context);
  expect(commands.map((command) => command.type)).toEqual([type]);
  return commands[0]?.data as MediaCommandOf<Type>['data'];
}

const keysBelow = async (prefix: string): Promise<string[]> => {
  const keys: string[] = [];
  for await (const { key } of blobs.list(prefix)) keys.push(key.slice(prefix.length + 1));
  return keys.toSorted();
};

/** Told apart by their first bytes alone. */
const pictures = createPictureTools();

beforeAll(async () => {
  blobs = await createLocalBlobStore({ folder: join(folder, 'blobs') });
  const clip = join(folder, 'clip.mp4');
  execFileSync('ffmpeg', [
    ...['-v', 'error', '-f', 'lavfi', '-i', 'testsrc2=size=320x240:rate=10:duration=3'],
    ...['-f', 'lavfi', '-i', 'sine=duration=3', '-pix_fmt', 'yuv420p', '-shortest', clip],
  ]);
  await blobs.put(blobKey, createReadStream(clip));
  const { probe } = await resultOf('RecordProbe', probeWorker({ blobs, tools, pictures }), {
    mediaId,
    blobKey,
  });
  if (!probe.video) throw new Error('the clip has a picture');
  video = { mediaId, blobKey, video: probe.video, durationSeconds: probe.durationSeconds };
});
afterAll(async () => {
  await inference.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('workers for video', () => {
  test('the probe tells what the file is', async () => {
    const data = await resultOf('RecordProbe', probeWorker({ blobs, tools, pictures }), { mediaId, blobKey });
    expect(data).toMatchObject({
      ...held,
      step: 'probe',
      probe: { video: { width: 320, height: 240 }, audio: [{}] },
    });
    expect(data.probe.sizeBytes).toBe(statSync(join(folder, 'clip.mp4')).size);
  });

  test('a file that is no video is refused for good', async () => {
    await blobs.put('media/m2/original', Buffer.from('not a video'));
    const run = probeWorker({ blobs, tools, pictures }).run(
      { mediaId: 'm2', blobKey: 'media/m2/original' },
      attempt(),
    );
    await expect(run).rejects.toMatchObject({ kind: 'unsupported', code: 'not_media' });
  });

  test('transcoding keeps every rendition in the attempt’s own place', async () => {
    const rungs = planLadder(video.video, null);
    const audio = { streamIndex: 1, bitrateBps: 128_000, channels: 1 };
    const worker = transcodeWorker({ blobs, tools });
    const { renditions } = await resultOf('RecordRenditions', worker, { ...video, rungs, audio });
    expect(renditions.map(({ name, kind, blobPrefix }) => [name, kind, blobPrefix])).toEqual([
      ['240p', 'video', 'media/m1/hls/j1-2/240p'],
      ['audio', 'audio', 'media/m1/hls/j1-2/audio'],
    ]);
    for (const { blobPrefix, segmentCount } of renditions)
      expect(await keysBelow(blobPrefix)).toEqual([
        'init.mp4',
        'playlist.m3u8',
        ...Array.from(
          { length: segmentCount },
          (_, index) => `segment-${String(index).padStart(5, '0')}.m4s`,
        ),
      ]);
  });

  test('the poster is the one file of its place', async () => {
    const { poster } = await resultOf('RecordPoster', posterWorker({ blobs, tools }), video);
    expect(poster.blobKey).toBe('media/m1/poster/j1-2/poster.jpg');
    // ThumbHash, in Base64: some 25 bytes.
    expect(poster.thumbHash).toMatch(/^[A-Za-z0-9+/]{20,40}={0,2}$/);
    expect(await keysBelow('media/m1/poster')).toEqual(['j1-2/poster.jpg']);
  });

  test.each(drawnStepKinds)(
    'what a tool draws for the step %s is kept as it is served, and told with its size',
    async (step) => {
      const { derivatives } = await resultOf(
        'RecordDerivatives',
        drawingWorker(step, { blobs, tools }),
        video,
      );
      expect(derivatives.length).toBeGreaterThan(0);
      for (const { name, blobKey, sizeBytes } of derivatives) {
        expect(blobKey).toBe(`media/m1/${step}/j1-2/${name}`);
        expect((await blobs.stat(blobKey))?.sizeBytes).toBe(sizeBytes);
      }
      expect(await keysBelow(`media/m1/${step}`)).toEqual(
        derivatives.map(({ name }) => `j1-2/${name}`).toSorted(),
      );
      expect(derivativesOf(step, derivatives)).toHaveLength(derivatives.length);
    },
  );

  test.each([
    ['alone where the poster is a step of its own', { posterIsApart: true }],
    ['and a poster for a plan of earlier releases', { posterIsApart: undefined }],
  ])('thumbnails name sprites that are there, %s', async (_, told) => {
    const payload = { ...video, mediaId: `thumbnails-${told.posterIsApart}`, ...told };
    const worker = thumbnailsWorker({ blobs, tools });
    const { poster, storyboard } = await resultOf('RecordThumbnails', worker, payload);
    expect(poster === null).toBe(told.posterIsApart ?? false);
    if (poster) expect(await blobs.stat(poster.blobKey)).toBeDefined();
    expect(storyboard.sprites.length).toBeGreaterThan(0);
    for (const sprite of storyboard.sprites)
      expect(await blobs.stat(`${storyboard.blobPrefix}/${sprite}`), sprite).toBeDefined();
  });

  test('moderation scores every frame it keeps for the reviewer', async () => {
    const asked: LooksAsked[] = [];
    const mediaLooks = {
      async near(like: LooksAsked) {
        asked.push(like);
        return [{ mediaId: 'm9', title: 'T', status: 'rejected' as const, frames: 8, differentBits: 3 }];
      },
    };
    const worker = moderateWorker({
      ...{ blobs, tools, inference, mediaLooks, policy: DEFAULT_MODERATION_POLICY },
      models: { current: async () => undefined },
      random: () => 0.25,
    });
    const recorded = await resultOf('RecordModeration', worker, video);
    const { frames, model, looks = [], looksLikeRejected, embedding, head } = recorded;
    const sizes = [embedding?.mean, embedding?.severest].map(
      (text) => Buffer.from(text ?? '', 'base64').length,
    );
    expect([sizes, head]).toEqual([[256, 256], undefined]);
    expect(looksLikeRejected).toBe('m9');
    expect(asked).toEqual([
      { mediaId: video.mediaId, kind: 'video', looks: looks.map(({ look }) => look), rejected: true },
    ]);
    expect(model.provider).toBe('local');
    expect(frames.filter(({ pick }) => pick === 'spread')).toHaveLength(16);
    expect(new Set(frames.map((frame) => frame.blobKey)).size).toBe(frames.length);
    for (const { blobKey: frameKey, labels } of frames) {
      expect(await blobs.stat(frameKey), frameKey).toBeDefined();
      expect(Object.values(labels).reduce((sum, score) => sum + score, 0)).toBeCloseTo(1, 2);
    }
  });

  test('tags come from the frames, each with its time', async () => {
    const { tags } = await resultOf('RecordTags', tagWorker({ blobs, tools, inference }), video);
    for (const { confidence, appearances } of tags) {
      expect(confidence).toBeGreaterThanOrEqual(0.5);
      expect(appearances.every(({ startSeconds, endSeconds }) => startSeconds <= endSeconds)).toBe(true);
    }
  });

  test('output of an item that was deleted meanwhile is taken away again', async () => {
    const refuse = async () => {
      throw conflict('step_superseded', 'The item is deleted.');
    };
    const other = { ...video, mediaId: 'm3' };
    const run = thumbnailsWorker({ blobs, tools }).run(other, attempt(refuse));
    await expect(run).rejects.toMatchObject({ code: 'step_superseded' });
    expect(await keysBelow('media/m3')).toEqual([]);
  });

  test('a purge removes everything of its item and nothing else', async () => {
    await blobs.put('media/m4/original', Buffer.from('a'));
    await blobs.put('media/m4/hls/j1-1/240p/init.mp4', Buffer.from('b'));
    const erased: string[] = [];
    const eraseItem = async (id: string) => void erased.push(id);
    const commands = await purgeWorker({ blobs, eraseItem, findPull: async () => undefined }).run(
      { mediaId: 'm4' },
      attempt(),
    );
    expect(commands).toEqual([{ type: 'RecordPurge', data: { mediaId: 'm4' } }]);
    expect(erased).toEqual(['m4']);
    expect(await keysBelow('media/m4')).toEqual([]);
    expect(await blobs.stat(blobKey)).toBeDefined();
  });

  test('a purge of an item that is not deleted touches nothing', async () => {
    await blobs.put('media/m5/original', Buffer.from('a'));
    const erased: string[] = [];
    const purge = purgeWorker({
      ...{ blobs, findPull: async () => undefined },
      eraseItem: async (id) => void erased.push(id),
    });
    const asked = attempt(async (commands) => {
      expect(commands).toEqual([{ type: 'ConfirmPurge', data: { mediaId: 'm5' } }]);
      throw conflict('media_not_deleted', 'It is not deleted.');
    });
    await expect(purge.run({ mediaId: 'm5' }, asked)).rejects.toMatchObject({ code: 'media_not_deleted' });
    expect(erased).toEqual([]);
    expect(await keysBelow('media/m5')).toEqual(['original']);
  });

  test('a purge that is given up says so, one that is tried again does not', () => {
    const reason = { code: 'unexpected_error', message: 'EACCES' } as const;
    const failed = (final: boolean) =>
      purgeWorker({ blobs, eraseItem: async () => {}, findPull: async () => undefined }).failed(
        { mediaId: 'm4' },
        { ...reason, final, attempt: 1, retryAt: null },
        { jobId: 'j1', attempt: 1 },
      );
    expect(failed(true)).toEqual([{ type: 'FailPurge', data: { mediaId: 'm4', ...reason } }]);
    expect(failed(false)).toEqual([]);
  });
});
