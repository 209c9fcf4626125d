import { afterAll, beforeAll, expect, test } from 'vitest';
import { getJson } from '../../e2e/support/client.js';
import { filePart, form, mediaIdOf, sendForm } from './support/client.js';
import { makeGoodClip } from './support/clips.js';
import { startServer, type TestServer, temporaryFolder } from './support/server.js';

const folder = temporaryFolder();
let server: TestServer;
beforeAll(async () => {
  server = await startServer(`${folder.path}/data`, { MEDIAFLOW_WORKER_KINDS: 'recommend, forget' });
});
afterAll(async () => {
  await server.stop();
  folder.remove();
});

interface Readiness {
  readonly roles: readonly string[];
  readonly kinds: readonly string[];
  readonly dependencies: Readonly<Record<string, { readonly status: string; readonly detail: string }>>;
}
const readiness = () => getJson<Readiness>(`${server.url}/health/ready`);
const metric = async (name: string) =>
  (await (await fetch(`${server.url}/metrics`)).text())
    .split('\n')
    .find((line) => line.startsWith(name))
    ?.split(' ')
    .at(-1);

test('a process says which roles it has and which kinds of jobs it takes, and has nothing open for those it does not', async () => {
  const { roles, kinds, dependencies } = await readiness();
  expect(roles).toEqual(['command', 'query', 'projector', 'saga', 'worker']);
  expect(kinds).toEqual(['forget', 'recommend']);
  expect(Object.keys(dependencies)).not.toContain('videoTools');
  await expect.poll(() => metric('job_workers{kind="recommend"}')).toBe('1');
  expect(await metric('job_workers{kind="probe"}')).toBe('0');
});

test('what waits though nobody takes its kind is told in readiness, among the queues and in metrics', async () => {
  const clip = await makeGoodClip(`${folder.path}/clip.mp4`, 1);
  await mediaIdOf(await sendForm(server.url, form(await filePart(clip))));
  await expect
    .poll(async () => (await readiness()).dependencies.jobQueue, { timeout: 10_000 })
    .toEqual({ status: 'degraded', detail: '1 waiting, 0 active; no worker takes probe (1)' });
  const { items } = await getJson<{ items: { kind: string }[] }>(`${server.url}/v1/queues`);
  expect(items).toContainEqual({ kind: 'probe', waiting: 1, active: 0, workers: 0 });
  expect(items).toContainEqual({ kind: 'recommend', waiting: 0, active: 0, workers: 1 });
  expect(await metric('jobs{kind="probe",state="waiting"}')).toBe('1');
  await expect
    .poll(async () => Number(await metric('jobs_oldest_waiting_seconds{kind="probe"}')))
    .toBeGreaterThan(0);
});
