import { readdir, readFile } from 'node:fs/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { createInferenceThread } from '../../../src/adapters/inference/inference-thread.js';
import {
  createLocalVisionModels,
  inferenceWorkerEntry,
} from '../../../src/adapters/inference/local-vision-models.js';
import { silentLogger } from '../../../src/core/logger.js';
import { draw, framesOf, plain, recording } from './pictures.js';

const never = new AbortController().signal;
const gradient = draw(640, 360, (x, y) => [x % 256, y % 256, (x + y) % 256]);
const noise = draw(97, 211, (x, y) => [(x * 7919) % 256, (y * 104729) % 256, (x * y) % 256]);
const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

/** The 19th field of a thread's `stat`; the second, its name, may hold blanks. */
async function niceOf(thread: string): Promise<number> {
  const stat = await readFile(`/proc/self/task/${thread}/stat`, 'utf8').catch(() => '');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16]);
}

describe('the local vision models', () => {
  const models = createLocalVisionModels();
  afterAll(() => models.close());

  it('give each picture, of whatever size, probabilities of five classes that sum to 1', async () => {
    const pictures = [gradient, noise, plain(10, 20, 30, 1)];
    const { labels: scores } = await models.moderate(pictures, never);
    expect(scores).toHaveLength(pictures.length);
    for (const score of scores) {
      expect(Object.keys(score)).toEqual(['drawing', 'hentai', 'neutral', 'porn', 'sexy']);
      expect(Math.min(...Object.values(score))).toBeGreaterThanOrEqual(0);
      expect(sum(Object.values(score))).toBeCloseTo(1, 4);
    }
  });

  it('find plain colours harmless, and no object in them', async () => {
    const pictures = [plain(0, 0, 0), plain(255, 255, 255), plain(30, 90, 200)];
    const { labels: scores } = await models.moderate(pictures, never);
    for (const score of scores) expect((score.neutral ?? 0) + (score.drawing ?? 0)).toBeGreaterThan(0.7);
    const { objects } = await models.detect(pictures, never);
    expect(objects).toEqual([[], [], []]);
  });

  it('give the same answer to the same picture', async () => {
    const { labels: scores } = await models.moderate([gradient, gradient], never);
    expect(scores[0]).toEqual(scores[1]);
  });

  it.runIf(process.platform === 'linux')('leave the processor to requests first', async () => {
    const ours = await niceOf(String(process.pid));
    await models.moderate([gradient], never);
    const threads = await readdir('/proc/self/task');
    const priorities = await Promise.all(threads.map(niceOf));
    expect(priorities).toContain(10);
    expect(await niceOf(String(process.pid))).toBe(ours);
  });

  it('say which weights answered', async () => {
    const moderated = await models.moderate([], never);
    const detected = await models.detect([], never);
    expect(moderated).toEqual({
      model: { provider: 'local', model: 'nsfwjs/mobilenet-v2-mid', version: '324cfe7eef52' },
      labels: [],
    });
    expect(detected).toEqual({
      model: { provider: 'local', model: 'coco-ssd/lite-mobilenet-v2', version: 'e4c4630c49e5' },
      objects: [],
    });
  });

  it('refuse pixels that do not fill their picture', async () => {
    const torn = { width: 10, height: 10, pixels: new Uint8Array(299) };
    await expect(models.detect([gradient, torn], never)).rejects.toMatchObject({
      kind: 'invalid',
      code: 'invalid_image',
    });
  });

  it('refuse a picture that would take the memory of the machine', async () => {
    const huge = { width: 8192, height: 4096, pixels: new Uint8Array(8192 * 4096 * 3) };
    await expect(models.moderate([huge], never)).rejects.toMatchObject({ code: 'image_too_large' });
  });

  it('stop between pictures when the caller gives up', async () => {
    const controller = new AbortController();
    const long = models.moderate(Array(200).fill(gradient), controller.signal);
    controller.abort(new Error('lease lost'));
    await expect(long).rejects.toThrow('lease lost');
  });

  it('answer again after they were closed', async () => {
    await models.close();
    const { labels: scores } = await models.moderate([gradient], never);
    expect(scores).toHaveLength(1);
  });

  it('hold no tensor of an earlier picture', async () => {
    const thread = createInferenceThread({
      entry: inferenceWorkerEntry,
      idleSeconds: 60,
      answerSeconds: 60,
      logger: silentLogger,
    });
    const tensorsAfter = async (task: 'moderate' | 'detect', image = plain(1, 2, 3)) =>
      (await thread.run({ task, image }, never)).tensorCount;
    await tensorsAfter('moderate');
    const loaded = await tensorsAfter('detect');
    for (let round = 0; round < 25; round++) {
      await tensorsAfter('moderate', noise);
      await tensorsAfter('detect', gradient);
    }
    expect(await tensorsAfter('detect')).toBe(loaded);
    await thread.close();
  });

  const bottles = recording('bottle-detection.mp4');
  it.skipIf(!bottles)('see the bottles in a recording of bottles, where they are', async () => {
    const { objects } = await models.detect(framesOf(bottles ?? '', 8), never);
    const found = objects.flat().filter((object) => object.label === 'bottle');
    expect(found.length).toBeGreaterThan(4);
    expect(Math.max(...found.map((object) => object.confidence))).toBeGreaterThan(0.6);
    for (const { box } of objects.flat()) {
      const [left, top, width, height] = box;
      expect(Math.min(left, top)).toBeGreaterThanOrEqual(0);
      expect(Math.min(width, height)).toBeGreaterThan(0);
      expect(Math.max(left + width, top + height)).toBeLessThanOrEqual(1.000001);
    }
  });

  const cartoon = recording('big-buck-bunny-480p-30s.mp4');
  it.skipIf(!cartoon)('find an animated film harmless', async () => {
    const { labels: scores } = await models.moderate(framesOf(cartoon ?? '', 8), never);
    for (const score of scores) expect((score.neutral ?? 0) + (score.drawing ?? 0)).toBeGreaterThan(0.8);
  });
});
