import { createRequire } from 'node:module';

interface RequestQueue {
  readonly pending: readonly unknown[];
  scheduleCheckPendingRequests(): void;
}

/**
 * kafkajs 2.2.4 looks after every answer, and again a millisecond after each look, whether requests wait to be sent, also where
 * none does: a wake-up a millisecond for each connection, as long as the process lives, and a warning of Node's about a
 * negative delay (tulios/kafkajs#1751). Only what waits has to be looked after: whoever is put in line schedules it.
 */
export function mendRequestQueue(): void {
  const { prototype } = createRequire(import.meta.url)('kafkajs/src/network/requestQueue/index.js') as {
    readonly prototype: RequestQueue & { isMended?: true };
  };
  if (prototype.isMended) return;
  prototype.isMended = true;
  const schedule = prototype.scheduleCheckPendingRequests;
  prototype.scheduleCheckPendingRequests = function (this: RequestQueue) {
    if (this.pending.length > 0) schedule.call(this);
  };
}
