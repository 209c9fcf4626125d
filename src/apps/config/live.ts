import { z } from 'zod';
import type { Read } from './values.js';

/** Of sources whose frames are looked at as they come. */
export const liveVariables = {
  MEDIAFLOW_LIVE_HEARTBEAT_SECONDS: z.coerce
    .number()
    .min(1)
    .max(3600)
    .default(60)
    .describe(
      'Time after which a live source whose frames are looked at is told of though nothing in them has changed (default 60): an event each time. One that nothing was heard of for two and a half times as long counts as interrupted',
    ),
  MEDIAFLOW_FRAMES: z
    .enum(['postgres', 'kafka'])
    .default('postgres')
    .describe(
      'Where frames of live sources wait to be looked at: in the database, or in the topic `live-frames` of Kafka, which takes more of them. Of `command` and `worker`, all of which need the same',
    ),
};

export interface LiveConfig {
  /** Whether frames wait in Kafka. */
  readonly keepsFramesInKafka: boolean;
  readonly heartbeatSeconds: number;
}

export const readLive = (env: Read<typeof liveVariables>): LiveConfig => ({
  heartbeatSeconds: env.MEDIAFLOW_LIVE_HEARTBEAT_SECONDS,
  keepsFramesInKafka: env.MEDIAFLOW_FRAMES === 'kafka',
});
