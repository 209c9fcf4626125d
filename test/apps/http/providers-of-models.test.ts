import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { getJson, isSettled, waitForItem } from '../../e2e/support/client.js';
import {
  completionAnswer,
  moderationAnswer,
  type StubProvider,
  startStubProvider,
} from '../../support/providers/stub-provider.js';
import { cli } from '../cli/support/run-cli.js';
import { expectProblem, filePart, form, mediaIdOf, sendForm, sendJson } from './support/client.js';
import { startServer, type TestServer, temporaryFolder } from './support/server.js';

/** Models are loaded, perhaps beside other suites. */
vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

const folder = temporaryFolder();
let stub: StubProvider;
let server: TestServer;
let scores: Record<string, number> = {};
const suggested = {
  title: { text: 'A plain of blue', confidence: 0.8 },
  summary: null,
  tags: [{ name: 'art', confidence: 0.6 }],
  genre: null,
};

beforeAll(async () => {
  stub = await startStubProvider(({ path }) =>
    path.endsWith('/chat/completions') ? completionAnswer(suggested) : moderationAnswer(scores),
  );
  server = await startServer(join(folder.path, 'data'), {
    INFERENCE_PROVIDERS: 'moderateFrames=openai;generateMetadata=openai',
    INFERENCE_ITEMS_A_DAY: 'openai=3',
    INFERENCE_PRICES: 'omni-moderation-latest=0.25,gpt-4o-mini:input=1000',
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
  return { mediaId, status, model: items.find(({ type }) => type === 'ModerationScored')?.data.model };
}

/** A person has the chat model suggest, looks, and takes the title; asked again, it costs nothing. */
async function takesWhatIsSuggested(mediaId: string) {
  const env = { MEDIAFLOW_URL: server.url };
  const shown = await cli(['metadata', mediaId, '--generate'], env);
  expect(shown.stdout).toMatch(/title +3c78b4\.jpg +\(by file\)/);
  expect(shown.stdout).toMatch(
    /suggested \(openai gpt-4o-mini, taxonomy built-in-2, 100 \+ 20 tokens, cost 0\.1\)/,
  );
  expect(shown.stdout).toMatch(/title +A plain of blue +\(80 %\)/);
  const taken = await cli(['metadata', mediaId, '--accept', 'title', 'tags', '--json'], env);
  expect(taken.stderr).toBe('');
  const model = { provider: 'openai', version: 'gpt-4o-mini-2024-07-18', promptVersion: 'metadata-1' };
  expect(JSON.parse(taken.stdout)).toMatchObject({
    values: [
      { field: 'title', value: 'A plain of blue', source: 'suggestion', confidence: 0.8, ...model },
      { field: 'tags', value: 'art', source: 'suggestion', confidence: 0.6, ...model },
    ],
    suggestions: { status: 'suggested', latest: { cost: 0.1, tokens: { input: 100, output: 20 } } },
  });
  const less = await cli(['metadata', mediaId, '--accept', 'tags', 'genre'], env);
  expect(less).toMatchObject({
    exitCode: 0,
    stderr: expect.stringContaining('Nothing is suggested as genre'),
  });
  const public_ = await getJson<{ title: string; tags: string[] }>(`${server.url}/v1/media/${mediaId}`);
  expect(public_).toMatchObject({ title: 'A plain of blue', tags: ['art'] });
  const nothing = await sendJson(`${server.url}/v1/media/${mediaId}/metadata/accept`, { fields: ['genre'] });
  await expectProblem(nothing, 409, 'no_suggestion');
}

test('a provider makes moderation severer and never milder, within its allowance, and what it was asked is told', async () => {
  scores = { sexual: 0, violence: 0 };
  const mild = await moderated('#3c78b4');
  expect(mild).toMatchObject({ status: 'published', model: { provider: 'local+openai' } });
  expect(mild.model?.version).toBe('324cfe7eef52 + omni-moderation-2024-09-26');
  scores = { sexual: 0.99, violence: 0 };
  const severe = await moderated('#b4783c');
  expect([severe.model?.provider, severe.status]).toEqual(['local+openai', 'in_review']);
  await takesWhatIsSuggested(mild.mediaId);
  expect((await moderated('#3cb478')).model?.provider).toBe('local');
  expect(stub.asked).toHaveLength(3);
  const usage = await getJson<{ items: object[]; total: object }>(`${server.url}/v1/usage`);
  expect(usage.items).toMatchObject([
    { task: 'generateMetadata', provider: 'openai', model: 'gpt-4o-mini', items: 1, cost: 0.1 },
    {
      ...{ task: 'moderateFrames', provider: 'openai', model: 'omni-moderation-latest' },
      ...{ requests: 2, items: 2, cost: 0.5 },
    },
  ]);
  expect(usage.total).toMatchObject({ requests: 3, items: 3, inputTokens: 100, cost: 0.6 });
  const shown = await cli(['usage'], { MEDIAFLOW_URL: server.url });
  expect(shown.stdout).toMatch(/openai +omni-moderation-latest +moderateFrames +2 +2 +0 \+ 0 +0.5/);
  const figures = await (await fetch(`${server.url}/metrics`)).text();
  expect(figures).toContain('inference_fallbacks_total{task="moderateFrames",provider="openai"} 1');
  expect(figures).toContain('inference_allowance_used{provider="openai"} 1');
  const wrong = await fetch(`${server.url}/v1/usage?from=2026-11-02&to=2026-11-01`);
  expect(wrong.status).toBe(400);
});

test('an operator has the taxonomy changed by a file, which is checked, and reads what is in force', async () => {
  const env = { MEDIAFLOW_URL: server.url };
  const path = join(folder.path, 'taxonomy.json');
  expect((await cli(['taxonomy', 'show'], env)).stdout).toMatch(
    /^built-in-2 .* \(built in\)\n {2}tags +animals,/,
  );
  const builtIn = JSON.parse((await cli(['taxonomy', 'show', '--document'], env)).stdout);
  await writeFile(path, JSON.stringify({ ...builtIn, genres: [{ name: 'news' }, { name: '<b>' }] }, null, 2));
  const refused = await cli(['taxonomy', 'set', path], env);
  expect([refused.exitCode, refused.stderr]).toEqual([
    2,
    expect.stringMatching(/line \d{3,}: genres\.1\.name has to be letters/),
  ]);
  await writeFile(path, JSON.stringify({ ...builtIn, version: 'ours', genres: [{ name: 'news' }] }));
  const { position, hash } = JSON.parse((await cli(['taxonomy', 'set', path, '--json'], env)).stdout);
  const response = await fetch(`${server.url}/v1/taxonomy`, { headers: { 'mediaflow-after': position } });
  expect(await response.json()).toMatchObject({
    ...{ version: 'ours', hash, source: 'operator', changedAt: expect.stringMatching(/Z$/) },
    genres: [{ name: 'news', aliases: [] }],
  });
  const sent = await sendJson(`${server.url}/v1/taxonomy`, { version: 'v' }, { method: 'PUT' });
  await expectProblem(sent, 400, 'invalid_request');
});
