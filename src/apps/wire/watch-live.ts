import type { PictureTools } from '../../core/picture-tools.js';
import { NO_REQUEST } from '../../core/request-origin.js';
import { systemClock } from '../../runtime/clock.js';
import { createDecodeFrame } from '../../workers/live/decode-frame.js';
import { runFrameWatch } from '../../workers/live/run-frame-watch.js';
import type { PartContext } from './part.js';

/** Looks at frames of live sources until the process stops. Nothing is opened for it before the first frame comes. */
export async function watchLive(
  context: Pick<
    PartContext,
    'config' | 'execute' | 'frameTopic' | 'inference' | 'observing' | 'logger' | 'stopping' | 'workFolder'
  >,
  pictures: () => Promise<PictureTools>,
): Promise<void> {
  const { config, execute, observing, logger, stopping: signal } = context;
  await runFrameWatch({
    topic: await context.frameTopic(),
    inference: {
      infer: async (task, request, options) =>
        (await context.inference.forJobs()).infer(task, request, options),
      close: async () => {},
    },
    decode: createDecodeFrame({ pictures, folder: await context.workFolder() }),
    async execute(commandId, command) {
      await execute({
        ...{ commandId, command, correlationId: commandId, causationId: null, actor: 'live-watch' },
        ...NO_REQUEST,
      });
    },
    ...{ now: systemClock.now, sleep: systemClock.sleep, signal, logger },
    heartbeatSeconds: config.live.heartbeatSeconds,
    count: (outcome, frames) => observing.metrics.add('live_frames_total', { outcome }, frames),
  });
}
