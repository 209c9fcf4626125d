import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { getJson } from '../../e2e/support/client.js';
import { sendJson } from './support/client.js';
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

describe('a request with a traceparent', () => {
  test('hands it to the events of its command', async () => {
    const traceparent = newTraceparent();
    const [requested] = await eventsAbout('requestId', await askForRecommendations(traceparent));
    expect(requested?.metadata).toMatchObject({ traceparent, tenantId: 'default' });
  });

  test('that is malformed is as one without', async () => {
    const [requested] = await eventsAbout('requestId', await askForRecommendations('00-no-trace-01'));
    expect(requested?.metadata.traceparent).toBeNull();
  });
});
