import { describe, expect, test } from 'vitest';
import { unavailable } from '../../src/core/errors.js';
import type { LiveFrame } from '../../src/core/frame-topic.js';
import type { InferenceClient } from '../../src/core/inference/inference-client.js';
import { silentLogger } from '../../src/core/logger.js';
import { addSeconds } from '../../src/core/time.js';
import type { LiveCommand } from '../../src/domain/live/live.js';
import { createFrameWatch } from '../../src/workers/live/watch-frames.js';

const BEGAN = '2026-11-21T09:30:00.000Z';
const sourceId = 'l1';
const none = { publisher: 0, queue: 0 };

/** The first byte of a frame says what is to be seen in it; 0: no picture. */
const frame = (sequence: number, shows: number, mark: LiveFrame['mark'] = null): LiveFrame => ({
  ...{ sequence, occurredAt: addSeconds(BEGAN, sequence), atSeconds: null, mark },
  jpeg: new Uint8Array([shows]),
});

function world() {
  const told: LiveCommand[] = [];
  const counted: Record<string, number> = {};
  const asked: number[] = [];
  let [second, isAway, cannotTell] = [0, false, false];
  let looking: Promise<void> | undefined;
  let telling: Promise<void> | undefined;
  const watch = createFrameWatch({
    inference: {
      async infer(task: string, { images }: { images: readonly { pixels: Uint8Array }[] }) {
        await looking;
        if (isAway) throw unavailable('inference_crashed', 'away');
        asked.push(images.length);
        const model = { provider: 'local', model: task, version: '1' };
        const labels = images.map(() => ({ porn: 0.01, sexy: 0.02 }));
        const objects = images.map(({ pixels }) =>
          pixels[0] === 2 ? [{ label: 'person', confidence: 0.9, box: [0, 0, 1, 1] }] : [],
        );
        return { model, answer: { labels, objects } };
      },
      async close() {},
    } as unknown as InferenceClient,
    decode: async ([shows = 0]) =>
      shows === 0 ? undefined : { width: 1, height: 1, pixels: new Uint8Array([shows, 0, 0]) },
    async execute(_, command) {
      await telling;
      if (cannotTell) throw unavailable('database_unavailable', 'away');
      told.push(command);
    },
    now: () => addSeconds(BEGAN, second),
    heartbeatSeconds: 60,
    signal: new AbortController().signal,
    logger: silentLogger,
    count: (outcome, frames) => {
      counted[outcome] = (counted[outcome] ?? 0) + frames;
    },
  });
  return {
    ...{ watch, told, counted, asked },
    at: (seconds: number) => {
      second = seconds;
    },
    /** Models, or the log, take until what is given back is called. */
    hold(what: 'models' | 'log') {
      const held = Promise.withResolvers<void>();
      if (what === 'models') looking = held.promise;
      else telling = held.promise;
      return () => {
        held.resolve();
        looking = telling = undefined;
      };
    },
    inference: (is: 'away' | 'there') => {
      isAway = is === 'away';
    },
    log: (is: 'away' | 'there') => {
      cannotTell = is === 'away';
    },
  };
}

describe('whoever looks at frames', () => {
  test('asks for a batch at once, and tells at once of a source that opens', async () => {
    const { watch, told, asked, counted } = world();
    await watch.look({ sourceId, frames: [frame(1, 1, 'opens'), frame(2, 2), frame(3, 1)], dropped: none });
    expect(asked).toEqual([3, 3]);
    expect(told).toMatchObject([
      {
        type: 'RecordLiveFrames',
        data: {
          ...{ sourceId, framesSeen: 3, labelsNow: ['person'] },
          models: [{ model: 'tagFrames' }, { model: 'moderateFrames' }],
          labels: [{ label: 'person', at: addSeconds(BEGAN, 2) }],
        },
      },
    ]);
    expect(counted).toEqual({ seen: 3 });
  });

  test('leaves out what is no picture, and counts it with what others dropped', async () => {
    const { watch, told, counted } = world();
    const dropped = { publisher: 2, queue: 5 };
    await watch.look({ sourceId, frames: [frame(1, 0), frame(2, 1, 'opens')], dropped });
    expect(told).toMatchObject([
      { data: { framesSeen: 1, framesDropped: { publisher: 2, queue: 5, unseen: 1 } } },
    ]);
    expect(counted).toEqual({ seen: 1, publisher: 2, queue: 5, unseen: 1 });
  });

  test('goes on without a model that is away, and counts what nobody looked at', async () => {
    const { watch, told, inference } = world();
    inference('away');
    await watch.look({ sourceId, frames: [frame(1, 1, 'opens')], dropped: none });
    inference('there');
    await watch.look({ sourceId, frames: [frame(2, 1, 'opens')], dropped: none });
    expect(told).toMatchObject([
      { data: { framesSeen: 0, framesDropped: { unseen: 1 } } },
      { data: { framesSeen: 1, framesDropped: { unseen: 0 } } },
    ]);
  });

  test('tells later what could not be told', async () => {
    const { watch, told, log, at } = world();
    log('away');
    await watch.look({ sourceId, frames: [frame(1, 1, 'opens')], dropped: none });
    expect(told).toEqual([]);
    log('there');
    at(1);
    await watch.tellDue();
    expect(told).toMatchObject([{ data: { framesSeen: 1 } }]);
  });

  test('tells of a source as a sign of life though nothing changes, and of the rest as it ends', async () => {
    const { watch, told, at } = world();
    await watch.look({ sourceId, frames: [frame(1, 1, 'opens')], dropped: none });
    at(30);
    await watch.look({ sourceId, frames: [frame(30, 1)], dropped: none });
    expect(told).toHaveLength(1);
    at(60);
    await watch.tellDue();
    expect(told).toHaveLength(2);
    await watch.look({ sourceId, frames: [frame(61, 1)], dropped: none });
    const last = { ...frame(0, 0, 'ends'), jpeg: new Uint8Array() };
    await watch.look({ sourceId, frames: [last], dropped: none });
    expect(told.slice(1)).toMatchObject([{ data: { framesSeen: 1 } }, { data: { framesSeen: 1 } }]);
  });

  test('tells of all that is left when it is to stop', async () => {
    const { watch, told } = world();
    await watch.look({ sourceId: 'a', frames: [frame(1, 1, 'opens')], dropped: none });
    await watch.look({ sourceId: 'a', frames: [frame(2, 1)], dropped: none });
    await watch.tellAll();
    await watch.tellAll();
    expect(told.map(({ data }) => data)).toMatchObject([{ framesSeen: 1 }, { framesSeen: 1 }]);
  });

  const sumOf = (told: readonly LiveCommand[]) =>
    told.reduce((sum, { data }) => sum + ('framesSeen' in data ? data.framesSeen : 0), 0);

  test('tells of each frame once, though it is time to tell while models look at the next', async () => {
    const { watch, told, at, hold } = world();
    await watch.look({ sourceId, frames: [frame(1, 1, 'opens')], dropped: none });
    await watch.look({ sourceId, frames: [frame(2, 1)], dropped: none });
    const looked = hold('models');
    const looking = watch.look({ sourceId, frames: [frame(3, 1)], dropped: none });
    at(60);
    await watch.tellDue();
    looked();
    await looking;
    await watch.tellAll();
    expect(sumOf(told)).toBe(3);
  });

  test('loses no frame that is looked at while the log takes long', async () => {
    const { watch, told, at, hold } = world();
    await watch.look({ sourceId, frames: [frame(1, 1, 'opens')], dropped: none });
    await watch.look({ sourceId, frames: [frame(2, 1)], dropped: none });
    const taken = hold('log');
    at(60);
    const telling = watch.tellDue();
    const looking = watch.look({ sourceId, frames: [frame(3, 1)], dropped: none });
    await new Promise(setImmediate);
    taken();
    await Promise.all([telling, looking]);
    await watch.tellAll();
    expect(sumOf(told)).toBe(3);
  });

  test('goes on telling when its clock is put back, of what is there and no more', async () => {
    const { watch, told, at } = world();
    await watch.look({ sourceId, frames: [frame(1, 2, 'opens')], dropped: none });
    at(-3600);
    await watch.look({ sourceId, frames: [frame(2, 1)], dropped: none });
    expect(told.map(({ data }) => data)).toMatchObject([{ labelsNow: ['person'] }, { labelsNow: [] }]);
  });
});
