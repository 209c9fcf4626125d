import { join } from 'node:path';
import { CommandBus } from '@nestjs/cqrs';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { ExecuteCommand } from '../../../src/apps/http/command-bus.js';
import { getJson, isSettled, waitForItem } from '../../e2e/support/client.js';
import {
  createTusUpload,
  form,
  mediaIdOf,
  patchTus,
  sendForm,
  sendJson,
  textPart,
} from './support/client.js';
import { startServer, type TestServer, temporaryFolder } from './support/server.js';

const bus = vi.spyOn(CommandBus.prototype, 'execute');
const folder = temporaryFolder();
let server: TestServer;
beforeAll(async () => {
  server = await startServer(join(folder.path, 'data'));
});
afterAll(async () => {
  await server.stop();
  folder.remove();
});

test('every event of a process is of a command that went over its bus, whoever sent it', async () => {
  await sendJson(`${server.url}/v1/recommendations`, { userId: 'ada' });
  const mediaId = await mediaIdOf(await sendForm(server.url, form(textPart('no film'))));
  await waitForItem(server.url, mediaId, isSettled, 60);
  const upload = await createTusUpload(server.url, 2);
  await patchTus(upload, 0, Buffer.from('no'));
  await waitForItem(server.url, upload.split('/').at(-1) ?? '', isSettled, 60);
  await fetch(`${server.url}/v1/media/${mediaId}`, { method: 'DELETE' });

  type Told = {
    readonly type: string;
    readonly metadata: { readonly actor: string; readonly commandId: string };
  };
  const told = async () => (await getJson<{ items: Told[] }>(`${server.url}/v1/events?limit=1000`)).items;
  await expect
    .poll(async () => (await told()).map(({ type }) => type), { timeout: 15_000 })
    .toEqual(
      expect.arrayContaining(['RecommendationGenerated', 'MediaUploaded', 'StepFailed', 'MediaPurged']),
    );
  const events = await told();
  expect(new Set(events.map(({ metadata }) => metadata.actor.split(':')[0]))).toEqual(
    new Set(['operator', 'worker']),
  );
  const sent = new Set(bus.mock.calls.map(([command]) => (command as ExecuteCommand).request.commandId));
  expect(events.filter(({ metadata }) => !sent.has(metadata.commandId))).toEqual([]);
});
