import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { getJson, isSettled, waitForItem } from '../../e2e/support/client.js';
import {
  moderationAnswer,
  type StubProvider,
  startStubProvider,
} from '../../support/providers/stub-provider.js';
import { cli } from '../cli/support/run-cli.js';
import { filePart, form, mediaIdOf, sendForm } from './support/client.js';
import { startServer, type TestServer, temporaryFolder } from './support/server.js';

/** Models are loaded, perhaps beside other suites. */
vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

const folder = temporaryFolder();
let stub: StubProvider;
let server: TestServer;
let scores: Record<string, number> = {};

beforeAll(async () => {
  stub = await startStubProvider(() => moderationAnswer(scores));
  server = await startServer(join(folder.path, 'data'), {
    INFERENCE_PROVIDERS: 'moderateFrames=openai',
    INFERENCE_ITEMS_A_DAY: 'openai=2',
    INFERENCE_PRICES: 'omni-moderation-latest=0.25',
    OPENAI_API_KEY: 'sk-1',
    OPENAI_BASE_URL: stub.url,
  });
});
afterAll(async () => {
  await server.stop();
  await stub.close();
  folder.remove();
  expect(server.errors).toEqual([]);
});

/** Sends a picture of a colour, and gives how it ends and what is written of its moderation. */
async function moderated(background: string) {
  const path = join(folder.path, `${background.slice(1)}.jpg`);
  await writeFile(
    path,
    await sharp({ create: { width: 300, height: 200, channels: 3, background } })
      .jpeg()
      .toBuffer(),
  );
  const mediaId = await mediaIdOf(await sendForm(server.url, form(await filePart(path))));
  const { status } = await waitForItem(server.url, mediaId, isSettled, 200);
  const { items } = await getJson<{
    items: { type: string; data: { model?: { provider: string; version: string } } }[];
  }>(`${server.url}/v1/media/${mediaId}/history`);
  return { status, model: items.find(({ type }) => type === 'ModerationScored')?.data.model };
}

test('a provider makes moderation severer and never milder, within its allowance, and what it was asked is told', async () => {
  scores = { sexual: 0, violence: 0 };
  const mild = await moderated('#3c78b4');
  expect(mild).toMatchObject({ status: 'published', model: { provider: 'local+openai' } });
  expect(mild.model?.version).toBe('324cfe7eef52 + omni-moderation-2024-09-26');
  scores = { sexual: 0.99, violence: 0 };
  const severe = await moderated('#b4783c');
  expect([severe.model?.provider, severe.status]).toEqual(['local+openai', 'in_review']);
  expect((await moderated('#3cb478')).model?.provider).toBe('local');
  expect(stub.asked).toHaveLength(2);
  const usage = await getJson<{ items: object[]; total: object }>(`${server.url}/v1/usage`);
  expect(usage.items).toMatchObject([
    {
      ...{ task: 'moderateFrames', provider: 'openai', model: 'omni-moderation-latest' },
      ...{ requests: 2, items: 2, cost: 0.5 },
    },
  ]);
  expect(usage.total).toMatchObject({ requests: 2, items: 2, inputTokens: 0, cost: 0.5 });
  const shown = await cli(['usage'], { MEDIAFLOW_URL: server.url });
  expect(shown.stdout).toMatch(/openai +omni-moderation-latest +moderateFrames +2 +2 +0 \+ 0 +0.5/);
  const figures = await (await fetch(`${server.url}/metrics`)).text();
  expect(figures).toContain('inference_fallbacks_total{task="moderateFrames",provider="openai"} 1');
  expect(figures).toContain('inference_allowance_used{provider="openai"} 1');
  const wrong = await fetch(`${server.url}/v1/usage?from=2026-11-02&to=2026-11-01`);
  expect(wrong.status).toBe(400);
});
