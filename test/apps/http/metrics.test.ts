import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { metricTable } from '../../../src/observing/metric-table.js';
import { isSettled, waitForItem } from '../../e2e/support/client.js';
import { filePart, form, mediaIdOf, sendForm, textPart } from './support/client.js';
import { makeGoodClip } from './support/clips.js';
import { startServer, type TestServer, temporaryFolder } from './support/server.js';

const folder = temporaryFolder();
let server: TestServer;
let scraped: string;

const scrape = async (headers: Record<string, string> = {}) =>
  (await fetch(`${server.url}/metrics`, { headers })).text();

/** A figure, by the beginning of its line. */
const figure = (name: string, text = scraped): number =>
  Number(
    text
      .split('\n')
      .find((line) => line.startsWith(`${name} `))
      ?.split(' ')[1],
  );

beforeAll(async () => {
  server = await startServer(join(folder.path, 'data'));
  const film = form(await filePart(await makeGoodClip(join(folder.path, 'clip.mp4'))));
  const good = await mediaIdOf(await sendForm(server.url, film));
  await waitForItem(server.url, good, isSettled, 120);
  const bad = await mediaIdOf(await sendForm(server.url, form(textPart('no film'))));
  await waitForItem(server.url, bad, isSettled, 120);
  await vi.waitUntil(
    async () => {
      const text = await scrape();
      const isCounted = figure('dead_letters_total{kind="probe",cause="file"}', text) === 1;
      const areTold = [
        'media_items_total{media_kind="video",outcome="published"}',
        'media_items_total{media_kind="unknown",outcome="failed"}',
      ].every((name) => figure(name, text) === 1);
      return isCounted && areTold && figure('projection_lag_events{projection="media-library"}', text) === 0;
    },
    { timeout: 60_000 },
  );
  scraped = await scrape();
}, 240_000);
afterAll(async () => {
  await server.stop();
  folder.remove();
});

test('what happened is counted: events, what views have taken up, attempts at jobs, requests and bytes', () => {
  expect(figure('events_appended_total{type="MediaUploaded"}')).toBe(2);
  expect(figure('events_appended_total{type="MediaPublished"}')).toBe(1);
  expect(figure('events_processed_total{projection="media-library"}')).toBeGreaterThan(5);
  expect(figure('command_duration_seconds_count{command="CompleteUpload",outcome="done"}')).toBe(2);
  expect(figure('append_duration_seconds_count{outcome="done"}')).toBeGreaterThan(5);
  expect(figure('job_duration_seconds_count{kind="transcode",outcome="done"}')).toBe(1);
  expect(figure('job_duration_seconds_count{kind="probe",outcome="dead_lettered"}')).toBe(1);
  expect(figure('job_wait_seconds_count{kind="transcode"}')).toBe(1);
  expect(figure('job_slots{kind="transcode"}')).toBeGreaterThan(0);
  expect(figure('job_slots_busy{kind="transcode"}')).toBe(0);
  expect(figure('http_request_duration_seconds_count{method="POST",route="/v1/media",status="202"}')).toBe(2);
  expect(figure('http_received_bytes_total')).toBeGreaterThan(10_000);
  expect(figure('http_sent_bytes_total')).toBeGreaterThan(1_000);
});

test('what becomes of items is counted by their kind, with their bytes and how long it took', () => {
  expect(figure('media_items_total{media_kind="video",outcome="taken"}')).toBe(1);
  expect(figure('media_taken_bytes_total{media_kind="video"}')).toBeGreaterThan(10_000);
  expect(figure('media_processing_duration_seconds_count{media_kind="video"}')).toBe(1);
  expect(figure('media_processing_duration_seconds_sum{media_kind="video"}')).toBeGreaterThan(0.1);
});

test('how far views are is told in events and in seconds', () => {
  expect(figure('projection_lag_events{projection="media-library"}')).toBe(0);
  expect(figure('projection_lag_seconds{projection="media-library"}')).toBe(0);
  expect(figure('projection_failed{projection="media-library"}')).toBe(0);
});

const described = (text: string) =>
  new Map([...text.matchAll(/^# TYPE (\S+) (\w+)$/gm)].map(([, name = '', type = '']) => [name, type]));

test('whatever is told has its row in the table, and what is in the table is told', () => {
  const ours = [...described(scraped)].filter(([name]) => !/^(nodejs|process)_/.test(name));
  expect(Object.fromEntries(ours)).toEqual(
    Object.fromEntries(Object.entries(metricTable).map(([name, { kind }]) => [name, kind])),
  );
});

test('names are as Prometheus asks for: counters end in _total and nothing else does, in seconds and bytes', () => {
  for (const [name, type] of described(scraped)) {
    expect.soft([name, name.endsWith('_total')]).toEqual([name, type === 'counter']);
    expect.soft(name).toMatch(/^[a-z][a-z0-9_]*$/);
    expect.soft(name).not.toMatch(/milliseconds|minutes|kilobytes|megabytes|_(count|sum|bucket|info_total)$/);
  }
  expect(scraped).not.toMatch(/^# HELP \S+ *$/m);
});

test.skipIf(spawnSync('promtool', ['--version']).error !== undefined)('promtool finds nothing wrong', () => {
  const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: scraped });
  expect(`${stdout}${stderr}`).toBe('');
  expect(status).toBe(0);
});

test('examples of traces are for those who collect traces: without, a scraper is given the plain format', async () => {
  const response = await fetch(`${server.url}/metrics`, {
    headers: { accept: 'application/openmetrics-text;version=1.0.0' },
  });
  expect(response.headers.get('content-type')).toMatch(/^text\/plain/);
  expect(await response.text()).not.toContain('trace_id');
});
