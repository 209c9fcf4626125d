import { expect, test } from 'vitest';
import type { Readers } from '../../src/core/readers/index.js';
import { viewsRead } from '../../src/core/readers/index.js';
import { noTracer } from '../../src/core/tracer.js';
import { observeReaders } from '../../src/observing/observe-readers.js';
import { createRecordingTracer, ROOT_SPAN } from '../support/recording-tracer.js';

/** Each question of each reader answers with its name. */
const parrots = Object.fromEntries(
  Object.entries(viewsRead).map(([reader, questions]) => [
    reader,
    Object.fromEntries(Object.keys(questions).map((name) => [name, async () => `${reader}.${name}`])),
  ]),
) as unknown as Readers;

test('each question of each reader is a span of what is done at the time, and is answered as ever', async () => {
  const { tracer, spans } = createRecordingTracer();
  const observed = observeReaders(parrots, { ...tracer, current: () => ROOT_SPAN }, { system: 'postgresql' });
  for (const [reader, questions] of Object.entries(observed))
    for (const [name, ask] of Object.entries(questions as Record<string, () => Promise<string>>))
      expect(await ask()).toBe(`${reader}.${name}`);
  const asked = Object.entries(viewsRead).flatMap(([reader, questions]) =>
    Object.keys(questions).map((name) => `read ${reader}.${name}`),
  );
  expect(spans.map(({ name }) => name)).toEqual(asked);
  for (const span of spans) expect(span).toMatchObject({ parent: ROOT_SPAN, kind: 'client', ended: true });
});

test('a question that fails says so in its span', async () => {
  const { tracer, spans } = createRecordingTracer();
  const [name] = Object.keys(viewsRead.trending) as [keyof Readers['trending']];
  const failing = {
    ...parrots,
    trending: { ...parrots.trending, [name]: () => Promise.reject(new RangeError('no')) },
  };
  const observed = observeReaders(
    failing as Readers,
    { ...tracer, current: () => ROOT_SPAN },
    { system: 'postgresql' },
  );
  await expect((observed.trending[name] as () => Promise<unknown>)()).rejects.toThrow(RangeError);
  expect(spans).toMatchObject([{ errorType: 'RangeError', ended: true }]);
});

test('where nobody collects spans readers are the very same', () => {
  expect(observeReaders(parrots, noTracer, { system: 'postgresql' })).toBe(parrots);
});
