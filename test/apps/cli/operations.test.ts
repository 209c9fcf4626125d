import { once } from 'node:events';
import { mkdir, rm, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeGoodClip } from '../http/support/clips.js';
import {
  startServer,
  type TemporaryFolder,
  type TestServer,
  temporaryFolder,
} from '../http/support/server.js';
import { type LineProxy, startLineProxy } from './support/line-proxy.js';
import { cli, startCli } from './support/run-cli.js';

const KEY = 'a-key-of-sixteen-characters';

let folder: TemporaryFolder;
let server: TestServer;
let proxy: LineProxy;
let env: Record<string, string>;
let mediaId: string;

const json = async (...parameters: string[]) => {
  const run = await cli([...parameters, '--json'], env);
  return { ...run, answer: JSON.parse(run.stdout || run.stderr) };
};

/** One event more in the log. */
const rename = (title: string) =>
  fetch(`${server.url}/v1/media/${mediaId}`, {
    method: 'PATCH',
    headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({ title }),
  });

beforeAll(async () => {
  folder = temporaryFolder();
  const clip = await makeGoodClip(join(folder.path, 'clip.mp4'));
  // A person decides about everything.
  server = await startServer(join(folder.path, 'data'), {
    MEDIAFLOW_API_KEYS: KEY,
    MEDIAFLOW_MODERATION_REVIEW_AT: '0',
  });
  proxy = await startLineProxy(server.url);
  env = { MEDIAFLOW_URL: server.url, MEDIAFLOW_API_KEY: KEY, XDG_STATE_HOME: join(folder.path, 'state') };
  const sent = await cli(['upload', clip, '--wait', '--json'], env);
  expect(sent.exitCode).toBe(6);
  mediaId = JSON.parse(sent.stdout).items[0].mediaId;
}, 120_000);

afterAll(async () => {
  await proxy?.close();
  await server?.stop();
  folder?.remove();
});

describe('an item that waits for a person', () => {
  it('is shown with its steps and why it waits', async () => {
    const run = await cli(['status', mediaId], env);
    expect(run.exitCode).toBe(0);
    expect(run.stdout).toContain('in review');
    expect(run.stdout).toMatch(/✓ probe/);
    expect(run.stdout).toContain('a person decides');
    expect(run.stdout).not.toContain('master.m3u8');
  });

  it('is in the queue', async () => {
    const queue = await cli(['queue'], env);
    expect(queue.stdout).toMatch(new RegExp(`${mediaId} .*clip.mp4`));
    expect(queue.stderr).toContain('`mediaflow review ID --approve --reason TEXT` or --reject');
    expect(queue.stderr).toContain(`${server.url}/v1/moderation/queue/ID/original`);
    expect((await json('queue')).answer.items).toMatchObject([{ mediaId }]);
  });

  it('is published once it is approved, and then recommended', async () => {
    expect((await cli(['review', mediaId, '--reason', 'x'], env)).exitCode).toBe(2);
    expect((await cli(['review', mediaId, '--approve', '--reason', 'Looks fine'], env)).exitCode).toBe(0);
    expect((await json('status', mediaId)).answer.status).toBe('published');
    expect((await cli(['status', mediaId], env)).stdout).toContain(`${server.url}/v1/media/${mediaId}/hls/`);

    const again = await json('review', mediaId, '--reject', '--reason', 'No');
    expect(again).toMatchObject({ exitCode: 1, stdout: '' });
    expect(again.answer.error.code).toMatch(/^[a-z_]+$/);

    const recommended = await cli(['recommend', 'anna', '--limit', '5'], env);
    expect(recommended.exitCode).toBe(0);
    expect(recommended.stdout).toContain('clip.mp4');
    expect((await json('recommend', 'anna')).answer).toMatchObject({ userId: 'anna', items: [{ mediaId }] });
  });

  it('is recommended to nobody that is known any more when its viewer is forgotten', async () => {
    expect(await cli(['forget', 'anna'], env)).toMatchObject({ exitCode: 0, stdout: 'anna is forgotten.\n' });
    expect(await json('forget', 'anna')).toMatchObject({ exitCode: 0, answer: { wasKnown: false } });
  });

  it('is found in the list by its status and by words', async () => {
    expect(
      (await json('media', 'list', '--status', 'published', '--q', 'clip.mp4')).answer.items,
    ).toHaveLength(1);
    const none = await cli(['media', 'list', '--status', 'failed'], env);
    expect(none).toMatchObject({ exitCode: 0, stdout: '' });
    expect((await cli(['media', 'list', '--status', 'lost'], env)).exitCode).toBe(2);
  });
});

describe('what is not shown without a key', () => {
  it('is said where nothing is found', async () => {
    const stranger = { MEDIAFLOW_URL: server.url };
    const none = await cli(['media', 'list', '--status', 'failed'], stranger);
    expect(none).toMatchObject({ exitCode: 0, stdout: '' });
    expect(none.stderr).toContain('only published items');
  });
});

describe('exit codes', () => {
  it('4 for what does not exist, with the server’s sentence and code', async () => {
    const run = await cli(['status', 'nothing'], env);
    expect(run).toMatchObject({ exitCode: 4, stdout: '' });
    expect(run.stderr).toBe('error: There is no media nothing. (media_not_found)\n');
    expect((await cli(['dead-letters', 'replay', 'nothing'], env)).stderr).toBe(
      'error: There is no dead letter nothing. (dead_letter_not_found)\n',
    );
    expect(
      (await cli(['dead-letters', 'replay', 'ef5d4e9f-2b25-4ed1-9ac9-4fd1c4e3b0b3'], env)).exitCode,
    ).toBe(4);
    expect((await cli(['dead-letters', 'replay', 'nothing'], env)).exitCode).toBe(4);
    expect((await cli(['projections', 'rebuild', 'nothing'], env)).exitCode).toBe(4);
    expect((await cli(['history', 'nothing'], env)).exitCode).toBe(4);
    expect((await cli(['media', 'delete', 'nothing'], env)).exitCode).toBe(4);
    expect((await cli(['retry', 'nothing'], env)).exitCode).toBe(4);
    expect((await cli(['extend', 'nothing'], env)).exitCode).toBe(4);
  });

  it('7 without the key, also for uploads', async () => {
    const stranger = { MEDIAFLOW_URL: server.url, XDG_STATE_HOME: join(folder.path, 'state') };
    const run = await cli(['projections', 'list'], stranger);
    expect(run).toMatchObject({ exitCode: 7 });
    expect(run.stderr).toContain('(key_required)');
    expect(run.stderr).toContain('MEDIAFLOW_API_KEY has to be');
    const wrong = await cli(['projections', 'list'], { ...stranger, MEDIAFLOW_API_KEY: 'wrong' });
    expect(wrong).toMatchObject({ exitCode: 7 });
    expect(wrong.stderr).toContain('(key_unknown)');
    expect((await cli(['upload', join(folder.path, 'clip.mp4')], stranger)).exitCode).toBe(7);
  });

  it('2 for wrong usage, 0 for help, which lists them', async () => {
    expect((await cli(['frobnicate'], env)).exitCode).toBe(2);
    expect((await cli(['status'], env)).exitCode).toBe(2);
    expect((await cli(['media', 'list', '--limit', 'many'], env)).exitCode).toBe(2);
    const tooMany = await cli(['jobs', '--limit', '100000'], env);
    expect(tooMany.exitCode).toBe(2);
    expect(tooMany.stderr).toContain('Give a whole number from 1 to 500.');
    expect((await cli(['media', 'list', '--url', 'ftp://x'], env)).exitCode).toBe(2);
    const help = await cli(['--help'], env);
    expect(help.exitCode).toBe(0);
    expect(help.stdout).toContain('3    the server cannot be reached');
  });

  it.each([
    [
      'JSON of another kind',
      'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n{"data":[]}',
      1,
    ],
    [
      'half of some JSON',
      'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n{"items":[',
      1,
    ],
    ['no HTTP', 'SSH-2.0-OpenSSH_9.6\r\n', 3],
  ])('with a hint when a server answers %s', async (_, answer, exitCode) => {
    const other = createTcpServer((socket) =>
      socket.on('error', () => {}).once('data', () => socket.end(answer)),
    );
    other.listen(0, '127.0.0.1');
    await once(other, 'listening');
    const url = `127.0.0.1:${(other.address() as AddressInfo).port}`;
    const run = await cli(['queue', '--url', url], env);
    other.close();
    expect(run).toMatchObject({ exitCode, stdout: '' });
    expect(run.stderr).toMatch(/MediaFlow server does|MediaFlow of this release does|does not speak HTTP/);
    expect(run.stderr).toContain('--url or MEDIAFLOW_URL');
  });

  it('1 with a hint when something else answers at the address', async () => {
    const page = createServer((_request, response) => response.end('<h1>Hello</h1>'));
    page.listen(0, '127.0.0.1');
    await once(page, 'listening');
    const url = `127.0.0.1:${(page.address() as AddressInfo).port}`;
    const run = await cli(['status', mediaId, '--url', url], env);
    page.close();
    expect(run).toMatchObject({ exitCode: 1, stdout: '' });
    expect(run.stderr).toContain('not as a MediaFlow server does');
  });
});

describe('mediaflow projections', () => {
  it('lists the views and rebuilds one while the server runs', async () => {
    const list = await cli(['projections', 'list'], env);
    expect(list.stdout).toMatch(/media-library +\d+ +live/);
    const rebuilt = await json('projections', 'rebuild', 'media-library');
    expect(rebuilt).toMatchObject({ exitCode: 0 });
    expect(rebuilt.answer).toMatchObject({ name: 'media-library', rebuilt: true });
    expect((await json('media', 'list')).answer.items).toMatchObject([{ id: mediaId }]);
    expect((await cli(['projections', 'rebuild', 'jobs', '--restart'], env)).stdout).toContain(
      'jobs rebuilt',
    );
    expect((await cli(['projections', 'cancel', 'jobs'], env)).exitCode).toBe(0);
  });
});

describe('mediaflow events tail', () => {
  it('prints the log as JSON lines, of some types when told', async () => {
    const all = await cli(['events', 'tail', '--no-follow', '--json'], env);
    const events = all.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events[0]).toMatchObject({ type: 'MediaRegistered', data: { mediaId } });
    const probed = await cli(['events', 'tail', '--no-follow', '--type', 'MediaProbed'], env);
    expect(probed.stdout.trimEnd().split('\n')).toHaveLength(1);
    const after = await cli(['events', 'tail', '--no-follow', '--json', '--after', events[0].position], env);
    expect(after.stdout.trimEnd().split('\n')).toHaveLength(events.length - 1);
    expect((await cli(['events', 'tail', '--no-follow', '--type', 'Nothing'], env)).exitCode).toBe(1);
  });

  it('follows what happens, misses and repeats nothing when the line is cut, and ends on Ctrl-C with 0', async () => {
    const tail = startCli(
      ['events', 'tail', '--after', 'start', '--type', 'MediaDetailsChanged,MediaUploaded', '--json'],
      {
        ...env,
        MEDIAFLOW_URL: proxy.url,
      },
    );
    await tail.line(/"MediaUploaded"/);
    for (const title of ['First', 'Second', 'Third']) {
      proxy.cut();
      await rename(title);
      await tail.line(new RegExp(`"${title}"`));
    }
    tail.interrupt();
    const run = await tail.done;
    expect(run.exitCode).toBe(0);
    const titles = run.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).data.title);
    expect(titles).toEqual([undefined, 'First', 'Second', 'Third']);
  });
});

describe('an id', () => {
  it('may be cut to its first 8 characters', async () => {
    for (const given of [mediaId.slice(0, 8), mediaId.slice(0, 23).toUpperCase()]) {
      expect((await json('status', given)).answer).toMatchObject({ id: mediaId });
      expect((await json('history', given)).answer.items[0]).toMatchObject({ type: 'MediaRegistered' });
      expect((await json('media', 'edit', given, '--title', 'clip.mp4')).answer).toMatchObject({ mediaId });
    }
  });

  it('that is the beginning of none, or too short, is told as such', async () => {
    const none = await cli(['status', '00000000-1'], env);
    expect(none).toMatchObject({ exitCode: 4 });
    expect(none.stderr).toContain('no media whose id begins with 00000000-1');
    expect(await cli(['status', mediaId.slice(0, 7)], env)).toMatchObject({ exitCode: 2 });
  });
});

describe('an item', () => {
  it('is renamed, tells its history and its jobs', async () => {
    expect((await cli(['media', 'edit', mediaId], env)).exitCode).toBe(2);
    const edited = await json('media', 'edit', mediaId, '--title', 'Renamed', '--tags', 'sea, boat');
    expect(edited).toMatchObject({ exitCode: 0, answer: { mediaId } });
    expect((await json('status', mediaId)).answer).toMatchObject({ title: 'Renamed', tags: ['sea', 'boat'] });

    const history = await cli(['history', mediaId], env);
    expect(history.stdout.split('\n')[0]).toMatch(/MediaRegistered +by key-/);
    expect(history.stdout).toMatch(/MediaDetailsChanged +by key-[0-9a-f]{8} .*title=Renamed/);
    expect((await json('history', mediaId)).answer.items[0]).toMatchObject({ type: 'MediaRegistered' });

    const jobs = await json('jobs', '--kind', 'probe', '--status', 'completed');
    expect(jobs.answer.items).toMatchObject([{ subjectId: mediaId, kind: 'probe' }]);
    expect((await cli(['jobs'], env)).stdout).toMatch(new RegExp(`${mediaId} +transcode +completed`));
    await rename('clip.mp4');
  });

  it('says how much of it has come while it is being uploaded, and is gone once it is deleted', async () => {
    const created = await fetch(`${server.url}/v1/uploads`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${KEY}`,
        'tus-resumable': '1.0.0',
        'upload-length': '2000000',
        'content-type': 'application/offset+octet-stream',
      },
      body: Buffer.alloc(500_000),
    });
    const id = created.headers.get('location')?.split('/').at(-1) ?? '';
    await expect
      .poll(async () => (await cli(['status', id], env)).stdout)
      .toMatch(/received +500 kB of 2.0 MB/);
    expect((await json('status', id)).answer.upload).toMatchObject({ receivedBytes: 500_000 });
    expect((await cli(['media', 'delete', id], env)).exitCode).toBe(0);
    expect((await json('status', id)).answer.status).toBe('deleted');
  });
});

describe('mediaflow dead-letters', () => {
  it('says that there are none, lists one with its reason, and puts it back in its queue', async () => {
    expect(await cli(['dead-letters', 'list'], env)).toEqual({
      exitCode: 0,
      stdout: '',
      stderr: 'There are no dead letters.\n',
    });
    const text = join(folder.path, 'text.mp4');
    await writeFile(text, 'this is no video');
    const [sent] = (await json('upload', text, '--wait')).answer.items;
    expect(sent).toMatchObject({ exitCode: 5, item: { status: 'failed' } });
    await expect.poll(async () => (await json('dead-letters', 'list')).answer.items).toHaveLength(1);
    const list = await cli(['dead-letters', 'list', '--kind', 'probe'], env);
    expect(list.stdout).toContain(`about ${sent.mediaId}`);
    expect(list.stdout).toContain('(not_media)');

    expect((await cli(['retry', sent.mediaId], env)).exitCode).toBe(0);
    await expect.poll(async () => (await json('dead-letters', 'list')).answer.items).toHaveLength(2);
    const [letter] = (await json('dead-letters', 'list')).answer.items;
    const replayed = await json('dead-letters', 'replay', letter.id);
    expect(replayed).toMatchObject({ exitCode: 0, answer: { id: letter.id, jobId: expect.any(String) } });
    const again = () => json('dead-letters', 'list');
    await expect.poll(async () => (await again()).answer.items).toHaveLength(2);
    await expect
      .poll(async () => (await again()).answer.items)
      .toContainEqual(expect.objectContaining({ id: letter.id, failedReplays: 1, replayedAt: null }));
    expect((await cli(['dead-letters', 'list'], env)).stdout).toContain('replayed in vain once');

    const beginning = letter.id.slice(0, 8).toUpperCase();
    expect(await json('dead-letters', 'discard', beginning)).toMatchObject({ answer: { id: letter.id } });
    const { items } = (await json('dead-letters', 'list')).answer;
    expect(items.map(({ id }: { id: string }) => id)).not.toContain(letter.id);
  });
});

describe('mediaflow extend', () => {
  it('looks at all items once more, and says that they lack nothing', async () => {
    const run = await json('extend', '--all');
    expect(run).toMatchObject({ exitCode: 0, answer: { items: [{ mediaId, steps: [] }] } });
    expect((await json('status', mediaId)).answer.status).toBe('published');
  });

  it('does not guess whether all are meant', async () => {
    expect((await cli(['extend'], env)).exitCode).toBe(2);
    expect((await cli(['extend', '--all', mediaId], env)).exitCode).toBe(2);
  });
});

describe('mediaflow storage', () => {
  const pathOf = (key: string) => join(server.dataFolder, 'blobs/objects', key);
  const stored = async (key: string) => {
    await mkdir(dirname(pathOf(key)), { recursive: true });
    await writeFile(pathOf(key), 'left behind');
    const longAgo = new Date(Date.now() - 48 * 3_600_000);
    await utimes(pathOf(key), longAgo, longAgo);
  };

  it('finds what a crash left, removes it when told to, and tells of lost files with exit code 1', async () => {
    const tail = await cli(['events', 'tail', '--no-follow', '--type', 'StepStarted', '--json'], env);
    const { data } = JSON.parse(tail.stdout.split('\n')[0] ?? '');
    await stored(`media/${data.mediaId}/hls/${data.jobId}-${data.attempt}/360p/init.mp4`);
    await stored('media/of-another-database/original');

    const looked = await cli(['storage', 'check'], env);
    expect(looked).toMatchObject({ exitCode: 0 });
    expect(looked.stdout).toContain('1 orphans, 11 B (to remove them: --remove)');
    expect(looked.stdout).toContain('media/of-another-database');

    const removed = await json('storage', 'check', '--remove');
    expect(removed).toMatchObject({
      exitCode: 0,
      answer: { remove: true, findings: { removed: 1, unexplained: { count: 1 }, missing: { count: 0 } } },
    });
    await rm(pathOf(`media/${mediaId}/original`));
    const lost = await json('storage', 'check');
    expect(lost).toMatchObject({ exitCode: 1, answer: { findings: { orphans: { count: 0 } } } });
    expect(lost.answer.findings.missing.listed).toMatchObject([{ key: `media/${mediaId}/original` }]);
    const authorization = `Bearer ${KEY}`;
    const metrics = await (await fetch(`${server.url}/metrics`, { headers: { authorization } })).text();
    expect(metrics).toContain('storage_check_files{state="missing"} 1');
  });
});
