import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { InferenceClient } from '../../src/core/inference/inference-client.js';
import type { InferenceTask } from '../../src/core/inference/task-table.js';
import { inferenceTasks } from '../../src/core/inference/task-table.js';
import { describedItem } from '../kit/described-item.js';
import { draw, plain } from '../support/drawn-pictures.js';

const never = new AbortController().signal;
const gradient = draw(640, 360, (x, y) => [x % 256, y % 256, (x + y) % 256]);
const noise = draw(97, 211, (x, y) => [(x * 7919) % 256, (y * 104729) % 256, (x * y) % 256]);
const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
const frameTasks = ['moderateFrames', 'tagFrames', 'readText'] as const satisfies readonly InferenceTask[];

/** What everybody who does tasks promises, whichever process the models are in. */
export function describeInferenceClient(name: string, open: () => Promise<InferenceClient>): void {
  describe(`${name}, as a client of inference`, () => {
    let inference: InferenceClient;
    beforeAll(async () => {
      inference = await open();
    });
    afterAll(() => inference.close());

    test('gives each picture, of whatever size, probabilities that sum to 1', async () => {
      const images = [gradient, noise, plain(10, 20, 30, 1)];
      const { answer } = await inference.infer('moderateFrames', { images }, { signal: never });
      expect(answer.labels).toHaveLength(images.length);
      for (const labels of answer.labels) {
        expect(Object.keys(labels).sort()).toEqual(['drawing', 'hentai', 'neutral', 'porn', 'sexy']);
        expect(sum(Object.values(labels))).toBeCloseTo(1, 4);
      }
    });

    test('finds plain colours harmless, and no object in them', async () => {
      const images = [plain(0, 0, 0), plain(255, 255, 255), plain(30, 90, 200)];
      const moderated = await inference.infer('moderateFrames', { images }, { signal: never });
      for (const { neutral = 0, drawing = 0 } of moderated.answer.labels)
        expect(neutral + drawing).toBeGreaterThan(0.7);
      const tagged = await inference.infer('tagFrames', { images }, { signal: never });
      expect(tagged.answer.objects).toEqual([[], [], []]);
    });

    test('gives the same answer to the same picture', async () => {
      const images = [gradient, gradient];
      const { answer } = await inference.infer('moderateFrames', { images }, { signal: never });
      expect(answer.labels[0]).toEqual(answer.labels[1]);
      expect(answer.embeddings?.[0]).toEqual(answer.embeddings?.[1]);
    });

    test.each(frameTasks)('says which model answered %s, also where nothing was asked', async (task) => {
      const { model, answer } = await inference.infer(task, { images: [] }, { signal: never });
      expect(model).toEqual({
        ...{ provider: expect.stringMatching(/./), model: expect.stringMatching(/./) },
        version: expect.stringMatching(/./),
      });
      expect(Object.values(answer)).toEqual([[]]);
    });

    test.each(frameTasks)('answers what is asked by many at once of %s, to each his own', async (task) => {
      const asked = [[gradient], [noise, gradient], [noise]];
      const answers = await Promise.all(
        asked.map((images) => inference.infer(task, { images }, { signal: never })),
      );
      const [first, both, last] = answers.map(({ answer }) => Object.values(answer)[0] ?? []);
      expect(both).toEqual([...(last ?? []), ...(first ?? [])]);
    });

    test.each(frameTasks)('refuses of %s pixels that do not fill their picture', async (task) => {
      const torn = { width: 10, height: 10, pixels: new Uint8Array(299) };
      await expect(
        inference.infer(task, { images: [gradient, torn] }, { signal: never }),
      ).rejects.toMatchObject({ kind: 'invalid', code: 'invalid_image' });
    });

    test('refuses a picture that would take the memory of the machine', async () => {
      const images = [{ width: 8192, height: 4096, pixels: new Uint8Array(8192 * 4096 * 3) }];
      await expect(inference.infer('moderateFrames', { images }, { signal: never })).rejects.toMatchObject({
        ...{ kind: 'invalid', code: 'image_too_large' },
      });
    });

    test.each(frameTasks)('refuses more frames of %s than the task takes', async (task) => {
      const images = Array(inferenceTasks[task].limits.maximumItems + 1).fill(plain(0, 0, 0, 1));
      await expect(inference.infer(task, { images }, { signal: never })).rejects.toMatchObject({
        ...{ kind: 'invalid', code: 'inference_request_too_large' },
      });
    });

    test('suggests metadata of closed lists, with null where it has nothing to suggest', async () => {
      const lists = {
        tags: [
          { name: 'boats', aliases: ['ship'] },
          { name: 'cats', aliases: [] },
        ],
        genres: [{ name: 'news', aliases: ['report'] }],
      };
      const item = describedItem({
        title: 'A ship',
        seen: [{ label: 'ship', confidence: 0.5, firstSeconds: 1 }],
      });
      const { model, answer } = await inference.infer('generateMetadata', { item, lists }, { signal: never });
      expect(model.model).toMatch(/./);
      expect(answer).toEqual({
        ...{ title: null, summary: null, genre: null },
        tags: [{ name: 'boats', confidence: expect.closeTo(0.65, 2) }],
      });
      const technical = { kind: 'image', durationSeconds: null, width: null, height: null, hasSound: false };
      const report = {
        item: describedItem({
          title: 'the_latest_report.mp4',
          isTitleFilename: true,
          tags: ['report'],
          technical,
        }),
        lists,
      };
      expect((await inference.infer('generateMetadata', report, { signal: never })).answer).toMatchObject({
        ...{ title: { text: 'The latest report' }, tags: [], genre: { name: 'news' } },
      });
    });

    test('lets go of whoever gives up, with the reason, and does the next one soon', async () => {
      const controller = new AbortController();
      const images = Array(120).fill(gradient);
      const long = inference.infer('tagFrames', { images }, { signal: controller.signal });
      const given = expect(long).rejects.toThrow('lease lost');
      controller.abort(new Error('lease lost'));
      await given;
      const next = inference.infer('moderateFrames', { images: [noise] }, { signal: never });
      expect((await next).answer.labels).toHaveLength(1);
    });

    test('does not begin what was given up before', async () => {
      const reason = new Error('too late');
      await expect(
        inference.infer('tagFrames', { images: [noise] }, { signal: AbortSignal.abort(reason) }),
      ).rejects.toBe(reason);
    });

    test('answers again after it was closed', async () => {
      await inference.close();
      const { answer } = await inference.infer('moderateFrames', { images: [gradient] }, { signal: never });
      expect(answer.labels).toHaveLength(1);
    });
  });
}
