import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createReadStream, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createFfmpegVideoTools } from '../../../src/adapters/ffmpeg/ffmpeg-video-tools.js';
import { createLocalBlobStore } from '../../../src/adapters/local-disk/local-blob-store.js';
import { createPgBossJobQueue } from '../../../src/adapters/pg-boss/job-queue.js';
import { openPool } from '../../../src/adapters/postgres/connection/open-pool.js';
import { createPostgresEventStore } from '../../../src/adapters/postgres/event-store/event-store.js';
import type { BlobStore } from '../../../src/core/blob-store.js';
import type { EventStore } from '../../../src/core/event-store.js';
import { silentLogger } from '../../../src/core/logger.js';
import { NO_REQUEST } from '../../../src/core/request-origin.js';
import type { Worker } from '../../../src/core/worker.js';
import { aggregates, eventDefinitions, type MediaFlowEvent } from '../../../src/domain/index.js';
import { planLadder } from '../../../src/domain/media/ladder.js';
import type { MediaCommand } from '../../../src/domain/media/media-commands.js';
import { createEventCodec } from '../../../src/runtime/command/event-codec.js';
import { createCommandHandler } from '../../../src/runtime/command/handle-command.js';
import { runWorkers } from '../../../src/runtime/job/job-runner.js';
import { jobPolicies } from '../../../src/workers/policies.js';
import { transcodeWorker } from '../../../src/workers/transcode.js';
import { type CuttableProxy, createCuttableProxy } from '../../adapters/pg-boss/cuttable-proxy.js';
import { registration } from '../../kit/media-fixtures.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';

const folder = mkdtempSync(join(tmpdir(), 'mediaflow-outage-'));
const tools = createFfmpegVideoTools();
const SEND_PAUSES_SECONDS = [0.02, 0.02];
let database: TestDatabase;
let proxy: CuttableProxy;
let blobs: BlobStore;

beforeAll(async () => {
  database = await createTestDatabase();
  proxy = await createCuttableProxy(database.url);
  blobs = await createLocalBlobStore({ folder: join(folder, 'blobs') });
  execFileSync('ffmpeg', [
    ...['-v', 'error', '-f', 'lavfi', '-i', 'testsrc2=size=320x240:rate=10:duration=2'],
    ...['-pix_fmt', 'yuv420p', join(folder, 'clip.mp4')],
  ]);
});
afterAll(async () => {
  await proxy.close();
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

test.each(['ConfirmStep', 'RecordRenditions'])(
  'a transcode whose database is away for %s, longer than it is tried again, is told with this very output once it is back',
  async (cutAt) => {
    const mediaId = randomUUID();
    const blobKey = `media/${mediaId}/original`;
    await blobs.put(blobKey, createReadStream(join(folder, 'clip.mp4')));
    const pool = openPool({ connectionString: proxy.url, maximumConnections: 4, logger: silentLogger });
    const listener = database.listener;
    const store = createPostgresEventStore({ pool: database.pool, listener });
    const cutOff = createPostgresEventStore({ pool, listener, giveUpAfterMilliseconds: 100 });
    const sendTo =
      (to: EventStore) =>
      (command: MediaCommand, commandId: string = randomUUID()) =>
        createCommandHandler<MediaCommand, MediaFlowEvent>({
          store: to,
          aggregates: Object.values(aggregates),
          codec: createEventCodec<MediaFlowEvent>(eventDefinitions),
          now: () => new Date().toISOString(),
        })({ commandId, command, correlationId: mediaId, causationId: null, actor: 'test', ...NO_REQUEST });
    const send = sendTo(store);
    const probe = await tools.probe(await blobs.localFile(blobKey, folder), new AbortController().signal);
    if (!probe.video) throw new Error('the clip has a picture');
    const held = { mediaId, step: 'probe', attempt: 1, jobId: randomUUID() } as const;
    await send({ type: 'RegisterMedia', data: { ...registration.data, mediaId } });
    await send({
      type: 'CompleteUpload',
      data: { mediaId, blobKey, sizeBytes: 9, sha256: '0'.repeat(64) },
    });
    await send({ type: 'StartStep', data: held });
    await send({
      type: 'RecordProbe',
      data: { ...held, probe: JSON.parse(JSON.stringify(probe)) },
    });

    const queue = await createPgBossJobQueue({
      ...{ connectionString: proxy.url, logger: silentLogger, exclusive: true, pollIntervalSeconds: 0.1 },
      kinds: [{ kind: 'transcode', policy: jobPolicies.transcode }],
    });
    let transcodes = 0;
    const counted: typeof tools = {
      ...tools,
      transcodeToHls(request) {
        transcodes++;
        return tools.transcodeToHls(request);
      },
    };
    let triesSinceCut = 0;
    const workRoot = join(folder, 'work', cutAt);
    await runWorkers({
      ...{ queue, workRoot, clock: () => new Date().toISOString(), random: () => 0.01, logger: silentLogger },
      workers: [transcodeWorker({ blobs, tools: counted }) as unknown as Worker],
      sendPausesSeconds: SEND_PAUSES_SECONDS,
      async execute({ command, commandId }) {
        if (triesSinceCut > 0 || command.type === cutAt) {
          if (triesSinceCut++ === 0) proxy.cut();
          if (triesSinceCut > 3 * (SEND_PAUSES_SECONDS.length + 1)) proxy.mend();
        }
        return sendTo(cutOff)(command as MediaCommand, commandId);
      },
    });
    const id = randomUUID();
    const payload = { mediaId, blobKey, video: probe.video, durationSeconds: probe.durationSeconds };
    await queue.enqueue([
      {
        ...{
          id,
          kind: 'transcode',
          key: mediaId,
          correlationId: mediaId,
          causationId: 'cause',
          ...NO_REQUEST,
        },
        payload: JSON.parse(
          JSON.stringify({ ...payload, rungs: planLadder(probe.video, null), audio: null }),
        ),
      },
    ]);

    const done = [{ kind: 'transcode', waiting: 0, active: 0 }];
    await expect.poll(() => queue.depth().catch(() => []), { timeout: 20_000 }).toEqual(done);
    const events = await store.readStream(`media-${mediaId}`);
    const told = events.filter(({ type }) => /^(Rendition|Step(Completed|AttemptFailed|Failed))/.test(type));
    expect(told.slice(1)).toMatchObject([
      {
        type: 'RenditionCompleted',
        data: { rendition: { blobPrefix: `media/${mediaId}/hls/${id}-1/240p` } },
      },
      { type: 'StepCompleted', data: { step: 'transcode', attempt: 1 } },
    ]);
    expect(transcodes).toBe(1);
    const kept: string[] = [];
    for await (const { key } of blobs.list(`media/${mediaId}/hls`)) kept.push(key);
    expect(kept).toContain(`media/${mediaId}/hls/${id}-1/240p/playlist.m3u8`);
    expect(readdirSync(workRoot)).toEqual([]);
    await queue.stop({ graceSeconds: 1 });
    await Promise.all([store.close(), cutOff.close()]);
    await pool.end();
  },
);
