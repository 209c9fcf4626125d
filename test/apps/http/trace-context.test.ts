import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { getJson, isSettled, postJson, waitForItem } from '../../e2e/support/client.js';
import { filePart, form, mediaIdOf, sendForm, sendJson, textPart } from './support/client.js';
import { makeGoodClip } from './support/clips.js';
import { startServer, type TestServer, temporaryFolder } from './support/server.js';

const folder = temporaryFolder();
let server: TestServer;
beforeAll(async () => {
  server = await startServer(join(folder.path, 'data'));
});
afterAll(async () => {
  await server.stop();
  folder.remove();
});

interface Told {
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly metadata: { readonly traceparent: string | null; readonly tenantId: string };
}

/** The events about one subject so far, in order. */
async function eventsAbout(field: 'mediaId' | 'requestId', id: string): Promise<Told[]> {
  const { items } = await getJson<{ items: Told[] }>(`${server.url}/v1/events?limit=1000`);
  return items.filter(({ data }) => data[field] === id);
}

let traces = 0;
const newTraceparent = () => `00-${String(++traces).padStart(32, '0')}-00f067aa0ba902b7-01`;

async function askForRecommendations(traceparent: string): Promise<string> {
  const answer = await sendJson(
    `${server.url}/v1/recommendations`,
    { userId: 'ada' },
    { headers: { traceparent } },
  );
  return ((await answer.json()) as { requestId: string }).requestId;
}

/** The types of the events that belong to this trace. */
const typesIn = (traceparent: string, events: readonly Told[]) =>
  events.filter(({ metadata }) => metadata.traceparent === traceparent).map(({ type }) => type);

describe('a traceparent', () => {
  test('of a request is in the events of its command', async () => {
    const traceparent = newTraceparent();
    const [requested] = await eventsAbout('requestId', await askForRecommendations(traceparent));
    expect(requested?.metadata).toMatchObject({ traceparent, tenantId: 'default' });
  });

  test('that is malformed is as none', async () => {
    const [requested] = await eventsAbout('requestId', await askForRecommendations('00-no-trace-01'));
    expect(requested?.metadata.traceparent).toBeNull();
  });

  test('follows a file to the end: its events, its jobs, and what their workers tell', async () => {
    const traceparent = newTraceparent();
    const file = form(await filePart(await makeGoodClip(join(folder.path, 'clip.mp4'))));
    const mediaId = await mediaIdOf(await sendForm(server.url, file, { traceparent }));
    const { status } = await waitForItem(server.url, mediaId, isSettled, 60);
    expect(status).toBe('published');
    const events = await eventsAbout('mediaId', mediaId);
    expect(new Set(events.map(({ metadata }) => metadata.traceparent))).toEqual(new Set([traceparent]));
    expect(typesIn(traceparent, events)).toEqual(
      expect.arrayContaining(['MediaUploaded', 'MediaProbed', 'RenditionCompleted', 'MediaPublished']),
    );
  });

  test('stays with a job that fails for good: its dead letter and its replay, whoever replays it', async () => {
    const traceparent = newTraceparent();
    const mediaId = await mediaIdOf(await sendForm(server.url, form(textPart('no film')), { traceparent }));
    await waitForItem(server.url, mediaId, isSettled, 60);
    const first = await eventsAbout('mediaId', mediaId);
    expect(typesIn(traceparent, first)).toEqual(first.map(({ type }) => type));
    expect(first.at(-1)?.type).toBe('ProcessingFailed');

    const letters = async () => {
      type Letters = { items: { id: string; key: string; failedReplays: number }[] };
      const { items } = await getJson<Letters>(`${server.url}/v1/dead-letters`);
      return items.filter(({ key }) => key === mediaId);
    };
    await expect.poll(letters, { timeout: 15_000 }).toHaveLength(1);
    const [letter] = await letters();
    const replayer = { traceparent: newTraceparent() };
    await postJson(`${server.url}/v1/dead-letters/${letter?.id}/replay`, undefined, replayer);
    await expect.poll(letters, { timeout: 15_000 }).toMatchObject([{ id: letter?.id, failedReplays: 1 }]);
    const replayed = (await eventsAbout('mediaId', mediaId)).slice(first.length);
    expect(replayed.map(({ type }) => type)).toContain('StepStarted');
    expect(typesIn(traceparent, replayed)).toEqual(replayed.map(({ type }) => type));
  });
});
