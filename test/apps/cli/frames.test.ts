import { readFile, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LiveSource } from '../../../src/core/readers/live-sources.js';
import { getJson } from '../../e2e/support/client.js';
import { type FileServer, startFileServer } from '../../support/file-server.js';
import { expectProblem, sendJson } from '../http/support/client.js';
import { h264, make, picture } from '../http/support/clips.js';
import { openEventStream } from '../http/support/event-stream.js';
import { startServer, type TestServer, temporaryFolder } from '../http/support/server.js';
import { cli, startCli } from './support/run-cli.js';

/** A model is loaded with the first frame, perhaps beside other suites. */
const PATIENCE = { timeout: 90_000 };
const folder = temporaryFolder();
const file = (name: string) => join(folder.path, name);

let server: TestServer;
let files: FileServer;
let env: Record<string, string>;
let stream: Buffer;
let jpegText: string;

beforeAll(async () => {
  files = await startFileServer();
  await make(file('gate.mp4'), ...picture('320x240', 3), ...h264);
  await make(file('gate.ts'), ...picture('320x240', 3), ...h264);
  stream = await readFile(file('gate.ts'));
  await make(file('frame.jpg'), ...picture('160x120', 1, 1));
  jpegText = (await readFile(file('frame.jpg'))).toString('base64');
  server = await startServer(file('data'), { MEDIAFLOW_LIVE_HEARTBEAT_SECONDS: '1' });
  env = {
    MEDIAFLOW_URL: server.url,
    ...{ MEDIAFLOW_PULL_ALLOW: '127.0.0.1', MEDIAFLOW_PULL_PORTS: String(files.port) },
  };
});
afterAll(async () => {
  await server?.stop();
  await files?.close();
  folder.remove();
  expect(server?.errors).toEqual([]);
});

/** Sends so much of the stream in the time it takes, and ends the connection. */
async function sendAsCamera(response: ServerResponse, bytes: number): Promise<void> {
  const piece = Math.ceil(stream.length / 30);
  for (let at = 0; at < bytes && !response.destroyed; at += piece) {
    response.write(stream.subarray(at, Math.min(at + piece, bytes)));
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  response.destroy();
}

const frameOf = (sequence: number) => ({
  ...{ sequence, occurredAt: new Date().toISOString(), jpeg: jpegText },
});

const sources = async () => (await getJson<{ items: LiveSource[] }>(`${server.url}/v1/live`)).items;
const named = async (name: string) => (await sources()).find((source) => source.name === name);

/** Asks until it is so: what comes of frames has no position to wait for. */
async function untilSource(name: string, holds: (source: LiveSource) => boolean): Promise<LiveSource> {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; ) {
    const source = await named(name);
    if (source && holds(source)) return source;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`not so: ${JSON.stringify(await named(name))}`);
}

describe('frames of a file', () => {
  test('are published at its own pace, looked at, and told of with who said so', PATIENCE, async () => {
    const { exitCode, stdout } = await cli(['frames', 'publish', file('gate.mp4'), '--every', '0.5'], env);
    expect(stdout).toMatch(/^[56] frames sent\.\n$/);
    expect(exitCode).toBe(0);
    const source = await untilSource(
      'gate.mp4',
      ({ framesSeen, status }) => framesSeen >= 5 && status === 'ended',
    );
    expect(source).toMatchObject({
      ...{ kind: 'file', everySeconds: 0.5, status: 'ended', endReason: 'finished', code: null },
      framesDropped: { publisher: 0, queue: 0, unseen: 0 },
    });
    expect(source.models.map(({ provider }) => provider)).toEqual(['local', 'local']);
    expect(source.moderation.map((score) => score.class).toSorted()).toEqual(['adult', 'suggestive']);
  });

  test('that are none end the source at once, which says why', PATIENCE, async () => {
    await writeFile(file('notes.txt'), 'nothing to be seen here');
    const { exitCode, stderr } = await cli(['frames', 'publish', file('notes.txt')], env);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('(not_media)');
    await untilSource('notes.txt', ({ status, code }) => status === 'ended' && code === 'not_media');
  });
});

describe('frames of a stream', () => {
  test(
    'go on when it breaks off and comes back; what happens is streamed, and the address is told nowhere',
    PATIENCE,
    async () => {
      let connections = 0;
      files.answer((_, response) => {
        connections += 1;
        // Broken off in the middle, refused, and there again.
        if (connections === 2) return void response.writeHead(503).end();
        response.writeHead(200, { 'content-type': 'video/mp2t' });
        void sendAsCamera(response, connections === 1 ? stream.length / 2 : stream.length);
      });
      const publisher = startCli(
        [
          'frames',
          'publish',
          `${files.url('/cam?token=secret')}`,
          '--name',
          'Gate',
          '--every',
          '0.2',
          '--json',
        ],
        env,
      );
      const { sourceId } = JSON.parse(await publisher.line(/"started"/)) as { sourceId: string };
      const events = await openEventStream(`${server.url}/v1/live/${sourceId}/stream`);
      expect(await events.next()).toMatchObject({ event: 'LiveSource', data: { sourceId, name: 'Gate' } });
      await publisher.line(/"interrupted"/);
      const told: string[] = [];
      // Frames that were taken before it broke off may be told of after that, as late ones.
      while (!told.includes('LiveSourceInterrupted') || told.at(-1) !== 'LiveFramesSeen') {
        const next = await events.next();
        if (!next) throw new Error(`no more than ${told}`);
        told.push((next.data as { data: { late?: true } }).data.late ? `late ${next.event}` : next.event);
      }
      await events.close();
      publisher.interrupt();
      expect((await publisher.done).exitCode).toBe(0);
      await untilSource('Gate', ({ status, endReason }) => status === 'ended' && endReason === 'stopped');
      expect(connections).toBeGreaterThanOrEqual(3);
      const log = await getJson<object>(`${server.url}/v1/events?limit=1000`);
      expect(JSON.stringify([log, await sources()])).not.toMatch(/secret|127\.0\.0\.1/);
    },
  );

  test('go on as another source when theirs was ended meanwhile', PATIENCE, async () => {
    files.answer((_, response) => {
      response.writeHead(200, { 'content-type': 'video/mp2t' });
      void sendAsCamera(response, stream.length);
    });
    const options = ['--name', 'Yard', '--every', '0.2', '--json'];
    const publisher = startCli(['frames', 'publish', files.url('/cam'), ...options], env);
    const begun = async (pattern: RegExp) =>
      (JSON.parse(await publisher.line(pattern)) as { sourceId: string }).sourceId;
    const first = await begun(/"started"/);
    await untilSource('Yard', ({ framesSeen }) => framesSeen > 0);
    await sendJson(`${server.url}/v1/live/${first}/end`, {});
    const second = await begun(new RegExp(`"started".*"sourceId":"(?!${first})`));
    await untilSource('Yard', ({ sourceId, framesSeen }) => sourceId === second && framesSeen > 0);
    await expectProblem(
      sendJson(`${server.url}/v1/live/${first}/frames`, { frames: [frameOf(1)] }),
      409,
      'live_source_closed',
    );
    publisher.interrupt();
    await publisher.done;
  });

  test('of a server in a private network are refused, unless its operator allows it', PATIENCE, async () => {
    const { exitCode, stderr } = await cli(['frames', 'publish', files.url('/cam')], {
      ...env,
      MEDIAFLOW_PULL_ALLOW: '',
    });
    expect(exitCode).toBe(1);
    expect(stderr).toContain('(forbidden_source)');
    expect((await sources()).filter(({ name }) => name === '127.0.0.1')).toEqual([]);
  });

  test(
    'whose publisher is killed are missed, and the source is taken out of the list once it has ended',
    PATIENCE,
    async () => {
      // What a publisher does that tells nothing more after its first frames.
      const post = async (path: string, body: object) =>
        (await (await sendJson(`${server.url}/v1/live${path}`, body)).json()) as { sourceId: string };
      const { sourceId } = await post('', { name: 'Killed', kind: 'rtsp', everySeconds: 1 });
      await post(`/${sourceId}/frames`, { frames: [frameOf(1)] });
      await untilSource('Killed', ({ code }) => code === 'live_source_silent');
      expect((await cli(['frames', 'remove', sourceId], env)).stderr).toContain('(live_source_running)');
      expect((await cli(['frames', 'end', sourceId], env)).exitCode).toBe(0);
      expect((await cli(['frames', 'remove', sourceId], env)).exitCode).toBe(0);
      const listed = async () => (await cli(['frames', 'list'], env)).stdout;
      await expect.poll(listed).not.toContain('Killed');
      expect(JSON.stringify(await getJson(`${server.url}/v1/events?limit=1000`))).not.toContain('Killed');
    },
  );

  test(
    'that are published faster than anybody looks at them are dropped, the oldest first, and counted',
    PATIENCE,
    async () => {
      const answer = await sendJson(`${server.url}/v1/live`, {
        name: 'Flood',
        kind: 'http',
        everySeconds: 0.1,
      });
      const { sourceId } = (await answer.json()) as { sourceId: string };
      let pushedOut = 0;
      for (let from = 0; from < 320; from += 32) {
        const frames = Array.from({ length: 32 }, (_, index) => frameOf(from + index + 1));
        const response = await sendJson(`${server.url}/v1/live/${sourceId}/frames`, { frames });
        pushedOut += ((await response.json()) as { pushedOut: number }).pushedOut;
      }
      expect(pushedOut).toBeGreaterThan(100);
      const isTold = ({ framesDropped }: LiveSource) => framesDropped.queue > 100;
      const source = await untilSource('Flood', isTold);
      expect(source.framesDropped.queue).toBeLessThanOrEqual(pushedOut);
    },
  );
});

test('what a publisher dropped after its last request is told with its end', PATIENCE, async () => {
  const begun = await sendJson(`${server.url}/v1/live`, { name: 'Last', kind: 'http', everySeconds: 1 });
  const { sourceId } = (await begun.json()) as { sourceId: string };
  await sendJson(`${server.url}/v1/live/${sourceId}/end`, { reason: 'stopped', droppedBefore: 7 });
  const { framesDropped } = await untilSource('Last', (source) => source.framesDropped.publisher > 0);
  expect(framesDropped).toEqual({ publisher: 7, queue: 0, unseen: 0 });
});

test('frames of no source, and what is no picture, are refused', async () => {
  const { sourceId } = (await (
    await sendJson(`${server.url}/v1/live`, { name: 'Odd', kind: 'http', everySeconds: 1 })
  ).json()) as { sourceId: string };
  const frames = [frameOf(1)];
  await expectProblem(
    await sendJson(`${server.url}/v1/live/nobody/frames`, { frames }),
    ...([404, 'live_source_not_found'] as const),
  );
  const jpeg = Buffer.from('<svg/>').toString('base64');
  await expectProblem(
    await sendJson(`${server.url}/v1/live/${sourceId}/frames`, { frames: [{ ...frameOf(1), jpeg }] }),
    ...([400, 'invalid_live_frame'] as const),
  );
});
