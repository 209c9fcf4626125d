import { readdir, readFile } from 'node:fs/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { createInferenceThread } from '../../../src/adapters/inference/inference-thread.js';
import {
  createLocalInference,
  inferenceWorkerEntry,
} from '../../../src/adapters/inference/local-inference.js';
import { localTasks } from '../../../src/adapters/inference/local-tasks.js';
import { threadTasks } from '../../../src/adapters/inference/thread-tasks.js';
import { inferenceTaskNames } from '../../../src/core/inference/task-table.js';
import { silentLogger } from '../../../src/core/logger.js';
import { describeInferenceClient } from '../../contracts/inference-client.contract.js';
import { draw, framesOf, plain, recording } from '../../support/drawn-pictures.js';

const never = new AbortController().signal;
const gradient = draw(640, 360, (x, y) => [x % 256, y % 256, (x + y) % 256]);
const noise = draw(97, 211, (x, y) => [(x * 7919) % 256, (y * 104729) % 256, (x * y) % 256]);

/** The 19th field of a thread's `stat`; the second, its name, may hold blanks. */
async function niceOf(thread: string): Promise<number> {
  const stat = await readFile(`/proc/self/task/${thread}/stat`, 'utf8').catch(() => '');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16]);
}

describeInferenceClient('models in threads of this process', async () => createLocalInference());

describe('the local models', () => {
  const models = createLocalInference();
  afterAll(() => models.close());

  it.runIf(process.platform === 'linux')('leave the processor to requests first', async () => {
    const ours = await niceOf(String(process.pid));
    await models.infer('moderateFrames', { images: [gradient] }, { signal: never });
    const threads = await readdir('/proc/self/task');
    const priorities = await Promise.all(threads.map(niceOf));
    expect(priorities).toContain(10);
    expect(await niceOf(String(process.pid))).toBe(ours);
  });

  it('say which weights answered', async () => {
    const moderated = await models.infer('moderateFrames', { images: [] }, { signal: never });
    const tagged = await models.infer('tagFrames', { images: [] }, { signal: never });
    expect([moderated.model, tagged.model]).toEqual([
      { provider: 'local', model: 'nsfwjs/mobilenet-v2-mid', version: '324cfe7eef52' },
      { provider: 'local', model: 'coco-ssd/lite-mobilenet-v2', version: 'e4c4630c49e5' },
    ]);
  });

  it.each(inferenceTaskNames)('that do %s have a model in their thread, and those alone', (task) => {
    expect(threadTasks[task] === undefined).toBe(localTasks[task] === undefined);
  });

  it('are shown a copy of exactly the picture, however large the buffer behind it', () => {
    const buffer = Uint8Array.of(1, 1, 1, 7, 8, 9, 1, 1, 1);
    const image = { width: 1, height: 1, pixels: buffer.subarray(3, 6) };
    const posted = localTasks.tagFrames?.post(image);
    expect(posted?.message).toEqual({ ...image, pixels: Uint8Array.of(7, 8, 9) });
    expect(posted?.transfer.map(({ byteLength }) => byteLength)).toEqual([3]);
  });

  it('hold no tensor of an earlier picture', async () => {
    const thread = createInferenceThread({
      entry: inferenceWorkerEntry,
      idleSeconds: 60,
      answerSeconds: 60,
      logger: silentLogger,
    });
    const tensorsAfter = async (task: 'moderateFrames' | 'tagFrames', image = plain(1, 2, 3)) =>
      (await thread.run({ task, post: () => ({ message: image, transfer: [] }) }, never)).tensorCount;
    await tensorsAfter('moderateFrames');
    const loaded = await tensorsAfter('tagFrames');
    for (let round = 0; round < 25; round++) {
      await tensorsAfter('moderateFrames', noise);
      await tensorsAfter('tagFrames', gradient);
    }
    expect(loaded).toBeGreaterThan(0);
    expect(await tensorsAfter('tagFrames')).toBe(loaded);
    await thread.close();
  });

  const bottles = recording('bottle-detection.mp4');
  it.skipIf(!bottles)('see the bottles in a recording of bottles, where they are', async () => {
    const images = framesOf(bottles ?? '', 8);
    const objects = (await models.infer('tagFrames', { images }, { signal: never })).answer.objects.flat();
    const found = objects.filter(({ label }) => label === 'bottle');
    expect(found.length).toBeGreaterThan(4);
    expect(Math.max(...found.map(({ confidence }) => confidence))).toBeGreaterThan(0.6);
    for (const { box } of objects) {
      const [left, top, width, height] = box;
      expect(Math.min(left, top)).toBeGreaterThanOrEqual(0);
      expect(Math.min(width, height)).toBeGreaterThan(0);
      expect(Math.max(left + width, top + height)).toBeLessThanOrEqual(1.000001);
    }
  });

  const cartoon = recording('big-buck-bunny-480p-30s.mp4');
  it.skipIf(!cartoon)('find an animated film harmless', async () => {
    const images = framesOf(cartoon ?? '', 8);
    const { labels } = (await models.infer('moderateFrames', { images }, { signal: never })).answer;
    for (const score of labels) expect((score.neutral ?? 0) + (score.drawing ?? 0)).toBeGreaterThan(0.8);
  });
});
