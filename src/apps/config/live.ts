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
};

export interface LiveConfig {
  readonly heartbeatSeconds: number;
}

export const readLive = (env: Read<typeof liveVariables>): LiveConfig => ({
  heartbeatSeconds: env.MEDIAFLOW_LIVE_HEARTBEAT_SECONDS,
});
