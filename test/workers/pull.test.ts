import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createAddressRules } from '../../src/adapters/http-source/address-rules.js';
import { createHttpFileSource } from '../../src/adapters/http-source/http-file-source.js';
import { createLocalBlobStore } from '../../src/adapters/local-disk/local-blob-store.js';
import { createMemoryLocker, createMemoryLocks } from '../../src/adapters/memory/locker.js';
import { createMemoryObjectService } from '../../src/adapters/memory/object-service.js';
import type { BlobStore } from '../../src/core/blob-store.js';
import type { Command } from '../../src/core/decider.js';
import { MediaFlowError } from '../../src/core/errors.js';
import { jobAborted } from '../../src/core/job-abort.js';
import { silentLogger } from '../../src/core/logger.js';
import { addSeconds } from '../../src/core/time.js';
import type { WorkerContext } from '../../src/core/worker.js';
import { media } from '../../src/domain/media/media.js';
import type { MediaCommand } from '../../src/domain/media/media-commands.js';
import type { MediaEvent } from '../../src/domain/media/media-events.js';
import { pullIn } from '../../src/domain/media/pull.js';
import { createPartBlobStore } from '../../src/objects/part-blob-store.js';
import { pullWorker } from '../../src/workers/pull.js';
import type { PullLimits } from '../../src/workers/pull-context.js';
import { recorded } from '../kit/golden-events.js';
import { mediaId, pullRequest } from '../kit/media-fixtures.js';
import { type FileServer, serveFile, startFileServer } from '../support/file-server.js';

const bytes = randomBytes(300_000);
const etag = '"film-1"';
const sha256 = createHash('sha256').update(bytes).digest('hex');
const limits: PullLimits = {
  ...{
    maximumSizeBytes: 1_000_000,
    keepFreeBytes: 0,
    stallSeconds: 1,
    leastBytesPerSecond: 0,
    maximumSeconds: 60,
  },
};

let server: FileServer;
beforeAll(async () => {
  server = await startFileServer();
});
afterAll(() => server.close());

/** An item that was announced by its address, and workers that take turns at it. */
function createItem(
  blobs: BlobStore,
  declared: { readonly declaredSha256?: string; readonly isNamed?: boolean } = {},
) {
  const locks = createMemoryLocks();
  const rules = createAddressRules({ allow: ['127.0.0.1'], ports: [server.port] });
  const events: MediaEvent[] = [];
  let state = media.decider.initialState;
  const execute = (command: Command): void => {
    for (const event of media.decider.decide(command as MediaCommand, state)) {
      state = media.decider.evolve(state, event);
      events.push(event);
    }
  };
  const findPull = async () => pullIn(recorded(events) as Parameters<typeof pullIn>[0]);
  execute({
    ...pullRequest,
    data: { ...pullRequest.data, ...declared, url: server.url('/clip.mp4?secret') },
  });

  let attempts = 0;
  /** One attempt, in a process of its own: what comes of it is told as the runner would. */
  async function attempt(
    options: {
      readonly limits?: Partial<PullLimits>;
      readonly signal?: AbortSignal;
      readonly now?: string;
      readonly onReport?: () => void;
      /** Its process ends before it can tell the end. */
      readonly isLost?: boolean;
    } = {},
  ): Promise<MediaFlowError['code'] | 'done'> {
    const meta = { jobId: 'j1', attempt: ++attempts };
    const worker = pullWorker({
      ...{ blobs, findPull, locker: createMemoryLocker(locks), limits: { ...limits, ...options.limits } },
      source: createHttpFileSource({ rules, patienceSeconds: 1 }),
    });
    const context: WorkerContext = {
      ...meta,
      signal: options.signal ?? new AbortController().signal,
      workFolder: '',
      now: () => options.now ?? '2026-11-21T09:30:01.000Z',
      report: async (commands) => {
        commands.forEach(execute);
        options.onReport?.();
      },
      confirm: async (commands) => commands.forEach(execute),
      logger: silentLogger,
    };
    try {
      worker.started({ mediaId }, meta).forEach(execute);
      const commands = await worker.run({ mediaId }, context);
      if (!options.isLost) commands.forEach(execute);
      return 'done';
    } catch (error) {
      if (!(error instanceof MediaFlowError)) throw error;
      expect(`${error.message} ${JSON.stringify(error.details)}`).not.toMatch(/127\.|secret|clip/);
      return error.code;
    }
  }

  return {
    attempt,
    execute,
    events,
    types: () => events.map(({ type }) => type),
    dataOf: <Type extends MediaEvent['type']>(type: Type) =>
      events.flatMap((event) =>
        event.type === type ? [event.data as Extract<MediaEvent, { type: Type }>['data']] : [],
      ),
  };
}

async function listed<Each>(all: AsyncIterable<Each>): Promise<Each[]> {
  const found: Each[] = [];
  for await (const each of all) found.push(each);
  return found;
}

const stores: Record<string, () => Promise<{ blobs: BlobStore; remove: () => void }>> = {
  async 'on a local disk'() {
    const folder = mkdtempSync(join(tmpdir(), 'mediaflow-pull-'));
    return {
      blobs: await createLocalBlobStore({ folder }),
      remove: () => rmSync(folder, { recursive: true, force: true }),
    };
  },
  async 'in an object service'() {
    const blobs = createPartBlobStore(createMemoryObjectService({ minimumPartBytes: 50_000 }));
    return { blobs, remove: () => {} };
  },
};

describe.each(Object.keys(stores))('%s', (name) => {
  let blobs: BlobStore;
  let remove: () => void;
  beforeEach(async () => {
    ({ blobs, remove } = await (stores[name] as (typeof stores)[string])());
    server.answer(serveFile({ bytes, etag }));
  });
  afterEach(() => remove());

  async function expectKept(item: ReturnType<typeof createItem>): Promise<void> {
    const [uploaded] = item.dataOf('MediaUploaded');
    expect(uploaded).toMatchObject({ sizeBytes: bytes.length, sha256 });
    expect(await buffer(await blobs.read(uploaded?.blobKey ?? ''))).toEqual(bytes);
    await expectNothingGathered();
    expect((await listed(blobs.list(''))).map(({ key }) => key)).toEqual([uploaded?.blobKey]);
  }
  const expectNothingGathered = async () => expect(await listed(blobs.listGrowing())).toEqual([]);
  const expectNothingKept = async () => {
    await expectNothingGathered();
    expect(await listed(blobs.list(''))).toEqual([]);
  };

  test('a file is fetched, and is an upload like any other', async () => {
    const disposition = "attachment; filename*=UTF-8''..%2Fthe%20%E2%80%AEreal%20film.mp4";
    server.answer(serveFile({ bytes, etag, headers: { 'content-disposition': disposition } }));
    const item = createItem(blobs, { declaredSha256: sha256 });
    expect(await item.attempt()).toBe('done');
    await expectKept(item);
    expect(item.dataOf('PullAnswered')).toMatchObject([
      { filename: 'the real film.mp4', contentType: 'video/mp4', sizeBytes: bytes.length, etag },
    ]);
    expect(item.dataOf('MediaDetailsChanged')).toEqual([{ mediaId, title: 'the real film.mp4' }]);
    expect(item.types().slice(-2)).toEqual(['MediaUploaded', 'StepCompleted']);
  });

  test('a name that the client gave is the name of the file', async () => {
    server.answer(serveFile({ bytes, headers: { 'content-disposition': 'attachment; filename=other.mp4' } }));
    const item = createItem(blobs, { isNamed: true });
    expect(await item.attempt()).toBe('done');
    expect(item.dataOf('PullAnswered')).toMatchObject([{ filename: null }]);
    expect(item.dataOf('MediaDetailsChanged')).toEqual([]);
  });

  test('a connection that is cut off again and again is gone on with, at no cost of attempts', async () => {
    server.answer(serveFile({ bytes, etag }, { cutAfterBytes: 120_000 }));
    const item = createItem(blobs);
    const before = server.asked.length;
    expect(await item.attempt()).toBe('done');
    await expectKept(item);
    expect(item.dataOf('PullAnswered')).toHaveLength(1);
    expect(server.asked.slice(before).map(({ headers }) => headers['if-range'])).toEqual([
      undefined,
      etag,
      etag,
    ]);
  });

  test('another attempt, after a restart too, goes on where the one before it stopped', async () => {
    const stop = new AbortController();
    server.answer((request, response) => {
      serveFile({ bytes, etag })(
        request,
        Object.assign(response, { end: (part: Buffer) => response.write(part.subarray(0, 100_000)) }),
      );
    });
    const item = createItem(blobs);
    const first = item.attempt({ signal: stop.signal });
    await expect
      .poll(async () => (await listed(blobs.listGrowing())).length + server.asked.length, { timeout: 5000 })
      .toBeGreaterThan(0);
    await expect.poll(() => item.types().includes('PullAnswered')).toBe(true);
    stop.abort(jobAborted('shutting_down'));
    expect(await first).toBe('shutting_down');
    const [gathered] = await listed(blobs.listGrowing());

    server.answer(serveFile({ bytes, etag }));
    expect(await item.attempt()).toBe('done');
    await expectKept(item);
    const { range } = server.asked.at(-1)?.headers ?? {};
    expect(range).toBe(gathered && gathered.sizeBytes > 0 ? `bytes=${gathered.sizeBytes}-` : undefined);
  });

  test('a part of what was announced is not the whole because its server has no more of it', async () => {
    const cut = serveFile({ bytes, etag }, { cutAfterBytes: 120_000 });
    server.answer((request, response) => {
      const [, offset] = /^bytes=(\d+)-$/.exec(request.headers.range ?? '') ?? [];
      if (offset === undefined) cut(request, response);
      else response.writeHead(416, { 'content-range': `bytes */${offset}` }).end();
    });
    const item = createItem(blobs);
    expect(await item.attempt()).toBe('source_interrupted');
    await expectNothingGathered();
    server.answer(serveFile({ bytes, etag }));
    expect(await item.attempt()).toBe('done');
    await expectKept(item);
  });

  test('a server that knows no parts is asked for all of it once more, by another attempt', async () => {
    server.answer(serveFile({ bytes }, { cutAfterBytes: 120_000 }));
    const item = createItem(blobs);
    expect(await item.attempt()).toBe('source_interrupted');
    server.answer(serveFile({ bytes }));
    expect(await item.attempt()).toBe('done');
    await expectKept(item);
    expect(item.dataOf('PullAnswered')).toHaveLength(2);
  });

  test('a file that has changed between two attempts is begun anew, with nothing of the old one in it', async () => {
    const old = serveFile({ bytes: randomBytes(300_000), etag: '"film-0"' }, { cutAfterBytes: 200_000 });
    // The rest of it does not come.
    server.answer((request, response) => (request.headers.range ? undefined : old(request, response)));
    const item = createItem(blobs);
    const gone = new AbortController();
    const first = item.attempt({ signal: gone.signal });
    await expect.poll(() => server.asked.at(-1)?.headers['if-range']).toBe('"film-0"');
    gone.abort(jobAborted('shutting_down'));
    await first;
    server.answer(serveFile({ bytes, etag }));
    expect(await item.attempt()).toBe('done');
    await expectKept(item);
  });

  test('a server that begins anew whenever it is asked for the rest is not asked for ever', async () => {
    server.answer((request, response) => {
      delete request.headers.range;
      serveFile({ bytes, etag }, { cutAfterBytes: 120_000 })(request, response);
    });
    const before = server.asked.length;
    expect(await createItem(blobs).attempt()).toBe('source_interrupted');
    expect(server.asked.length - before).toBe(2);
  });

  test('bytes that stop coming are not waited for', async () => {
    server.answer((_, response) => response.writeHead(200, { 'content-length': 1000 }).write('slow'));
    expect(await createItem(blobs).attempt()).toBe('source_interrupted');
  });

  test('bytes that come too slowly for the time there is are given up, over all attempts', async () => {
    server.answer((_, response) => {
      response.writeHead(200, { etag, 'content-length': 1000 }).write('slow');
      const dripping = setInterval(() => response.write('.'), 100);
      response.on('close', () => clearInterval(dripping));
    });
    const item = createItem(blobs);
    expect(await item.attempt({ limits: { maximumSeconds: 2 } })).toBe('source_too_slow');
    await expectNothingKept();
    const later = addSeconds('2026-11-21T09:30:00.000Z', 61);
    expect(await createItem(blobs).attempt({ now: later })).toBe('source_too_slow');
  });

  test('a server that never stops and brings next to nothing makes room for others, and goes on where it stopped', async () => {
    const whole = serveFile({ bytes, etag });
    server.answer((_, response) => {
      response.writeHead(200, { etag, 'content-length': bytes.length }).write(bytes.subarray(0, 100));
      let at = 100;
      const dripping = setInterval(() => response.write(bytes.subarray(at, ++at)), 50);
      response.on('close', () => clearInterval(dripping));
    });
    const item = createItem(blobs);
    expect(await item.attempt({ limits: { leastBytesPerSecond: 1000 } })).toBe('source_slow');
    server.answer(whole);
    expect(await item.attempt({ limits: { leastBytesPerSecond: 1000 } })).toBe('done');
    await expectKept(item);
    expect(server.asked.at(-1)?.headers.range).toMatch(/^bytes=1\d\d-$/);
  });

  test('a file without an end is given up at the largest that is taken', async () => {
    server.answer((_, response) => {
      response.writeHead(200);
      const more = () => {
        while (!response.destroyed && response.write(bytes));
        if (!response.destroyed) response.once('drain', more);
      };
      more();
    });
    expect(await createItem(blobs).attempt()).toBe('file_too_large');
    await expectNothingKept();
  });

  test('a file that says how much too large it is, is not begun', async () => {
    server.answer((_, response) => response.writeHead(200, { 'content-length': 1_000_001 }).write('x'));
    expect(await createItem(blobs).attempt()).toBe('file_too_large');
    await expectNothingKept();
  });

  test('a file is not one before it is as long as its server has said', async () => {
    server.answer((_, response) => response.writeHead(200, { 'content-length': 1000 }).end('short'));
    expect(await createItem(blobs).attempt()).toBe('source_interrupted');
    expect(await listed(blobs.list(''))).toEqual([]);
  });

  test('a file without a byte is none', async () => {
    server.answer((_, response) => response.writeHead(200, { 'content-length': 0 }).end());
    expect(await createItem(blobs).attempt()).toBe('empty_file');
    await expectNothingKept();
  });

  test('a file that is not the one that was declared is never one of ours', async () => {
    const item = createItem(blobs, { declaredSha256: 'ab'.repeat(32) });
    expect(await item.attempt()).toBe('checksum_mismatch');
    await expectNothingKept();
    expect(item.types()).not.toContain('MediaUploaded');
  });

  test.each([
    [404, 'source_refused'],
    [500, 'source_unavailable'],
    [429, 'source_unavailable'],
  ])('a server that answers %i has the item say so: %s', async (status, code) => {
    server.answer((_, response) => response.writeHead(status).end());
    expect(await createItem(blobs).attempt()).toBe(code);
    await expectNothingKept();
  });

  test('an attempt that was lost with everything done is not done again', async () => {
    const item = createItem(blobs);
    expect(await item.attempt({ isLost: true })).toBe('done');
    const before = server.asked.length;
    expect(await item.attempt()).toBe('done');
    await expectKept(item);
    expect(server.asked.length).toBe(before);
  });

  test('an item that is deleted while it is fetched leaves nothing behind', async () => {
    const cancel = new AbortController();
    server.answer((_, response) =>
      response.writeHead(200, { etag, 'content-length': 300_000 }).write(bytes.subarray(0, 99)),
    );
    const item = createItem(blobs);
    const running = item.attempt({
      signal: cancel.signal,
      onReport() {
        item.execute({ type: 'DeleteMedia', data: { mediaId } });
        setTimeout(() => cancel.abort(jobAborted('cancelled')), 200);
      },
    });
    expect(await running).toBe('cancelled');
    await expectNothingKept();
  });

  test('an item that is deleted at the last moment leaves nothing behind', async () => {
    const item = createItem(blobs);
    const running = item.attempt({
      onReport: () => item.execute({ type: 'DeleteMedia', data: { mediaId } }),
    });
    expect(await running).toBe('step_superseded');
    await expectNothingKept();
    expect(item.types()).not.toContain('MediaUploaded');
  });

  test('an attempt that was overtaken takes nothing from the one that has its step', async () => {
    const item = createItem(blobs);
    let overtaking: Promise<string> | undefined;
    const overtaken = item.attempt({
      onReport() {
        // Its process is thought to be gone; the lock is held until it ends.
        overtaking ??= item.attempt();
      },
    });
    expect(await overtaken).toBe('step_superseded');
    expect(await overtaking).toBe('done');
    const [uploaded] = item.dataOf('MediaUploaded');
    expect(await buffer(await blobs.read(uploaded?.blobKey ?? ''))).toEqual(bytes);
  });
});
