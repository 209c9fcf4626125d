import { execFileSync } from 'node:child_process';
import { createReadStream, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createFfmpegVideoTools } from '../../src/adapters/ffmpeg/ffmpeg-video-tools.js';
import { createLocalInference } from '../../src/adapters/inference/local-inference.js';
import { createLocalBlobStore } from '../../src/adapters/local-disk/local-blob-store.js';
import type { BlobStore } from '../../src/core/blob-store.js';
import { silentLogger } from '../../src/core/logger.js';
import type { WorkerContext } from '../../src/core/worker.js';
import { DEFAULT_MODERATION_POLICY as policy } from '../../src/domain/media/moderation-policy-document.js';
import { captionsWorker } from '../../src/workers/captions.js';
import { speakInto, wordErrorRate } from '../support/speech.js';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const said =
  'We went to the market to buy bread and milk. This is the second sentence of the story. The mountains are far away from here.';
const folder = mkdtempSync(join(tmpdir(), 'mediaflow-captions-'));
const inference = createLocalInference({ idleSeconds: 5 });
const tools = createFfmpegVideoTools();
let blobs: BlobStore;
let attempts = 0;

function attempt(signal: AbortSignal = AbortSignal.timeout(110_000)): WorkerContext {
  const workFolder = join(folder, `work-${attempts++}`);
  mkdirSync(workFolder);
  return {
    ...{ jobId: 'j1', attempt: attempts, signal, workFolder, logger: silentLogger },
    ...{ now: () => '2026-11-21T10:00:00.000Z', report: async () => {}, confirm: async () => {} },
  };
}

beforeAll(async () => {
  blobs = await createLocalBlobStore({ folder: join(folder, 'blobs') });
  speakInto(join(folder, 'english.wav'), { text: said, silenceSeconds: 2 });
  speakInto(join(folder, 'german.wav'), {
    text: 'Guten Morgen meine Damen und Herren. Heute sprechen wir über das Wetter in den Bergen und warum es so schnell wechselt.',
    voice: 'de',
  });
  const heard = {
    music: 'sine=frequency=330:duration=6,tremolo=f=4',
    beats:
      "aevalsrc='0.6*sin(2*PI*80*t)*exp(-8*mod(t\\,0.5))+0.3*sin(2*PI*(220+110*floor(mod(t\\,4)))*t)':d=12",
    hiss: 'anoisesrc=d=12:c=pink:a=0.5',
    rumble: 'anoisesrc=d=12:c=brown:a=0.8',
    silence: 'anullsrc=r=48000:cl=mono:d=12',
  };
  for (const [name, source] of Object.entries(heard))
    execFileSync('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', source, join(folder, `${name}.wav`)]);
});
afterAll(async () => {
  await inference.close();
  rmSync(folder, { recursive: true, force: true });
});

const worker = () => captionsWorker({ blobs, tools, inference, policy });

async function heardIn(name: string, signal?: AbortSignal) {
  const key = `media/m1/${name}`;
  await blobs.put(key, createReadStream(join(folder, name)));
  const payload = { mediaId: 'm1', blobKey: key, streamIndex: 0, durationSeconds: 30 };
  const [command] = await worker().run(payload as never, attempt(signal));
  return command as unknown as {
    data: {
      model: { model: string };
      derivatives: { name: string; blobKey: string; details: object }[];
      texts: { language: string; lines: { atSeconds: number; text: string }[] }[];
    };
  };
}

test('what is said in English is written down, nearly all of it right, and when', async () => {
  const { data } = await heardIn('english.wav');
  expect(data.model.model).toBe('moonshine/tiny-quantized');
  const [found] = data.texts;
  expect(found?.language).toBe('en');
  const heard = found?.lines.map((line) => line.text).join(' ') ?? '';
  expect(wordErrorRate(said, heard), heard).toBeLessThanOrEqual(0.05);
  expect(found?.lines[0]?.atSeconds).toBeGreaterThan(1.7);
  expect(found?.lines[0]?.atSeconds).toBeLessThan(2.3);
  expect(data.derivatives.map(({ name }) => name)).toEqual(['captions/en.vtt', 'captions/en.m3u8']);
  const [vtt] = data.derivatives;
  const stored = await blobs.localFile(vtt?.blobKey ?? '', attempt().workFolder);
  const written = readFileSync(stored, 'utf8');
  expect(written).toMatch(/^WEBVTT\nX-TIMESTAMP-MAP=.*\n\n00:00:0[12]\.\d{3} --> /);
  expect(written).toContain('bread and milk');
});

test.each(['german.wav', 'music.wav', 'beats.wav', 'hiss.wav', 'rumble.wav', 'silence.wav'])(
  'of %s nothing is written down',
  async (name) => {
    const { data } = await heardIn(name);
    expect(data.derivatives).toEqual([]);
    expect(data.texts).toEqual([]);
  },
);

test('who gives up is let go', async () => {
  const given = new AbortController();
  given.abort(new Error('given up'));
  await expect(heardIn('english.wav', given.signal)).rejects.toThrow('given up');
});
