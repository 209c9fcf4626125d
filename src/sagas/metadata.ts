import type { Saga } from '../core/saga.js';
import type { MediaCommand } from '../domain/media/media-commands.js';
import type { MediaEvent } from '../domain/media/media-events.js';

type Listened = Extract<MediaEvent, { type: 'MetadataRequested' }>;

/** Suggestions that are asked for become a job, one after another of the same item; its answer is the event the job ends in. */
export const metadata: Saga<null, Listened, MediaCommand> = {
  name: 'metadata',
  correlate: { MetadataRequested: (event) => event.data.requestId },
  initialState: null,
  evolve: (state) => state,
  react(_state, input) {
    if (input.type === 'TimerFired') return [{ ignore: 'this process sets no timers' }];
    const { mediaId, requestId } = input.data;
    return [{ run: { kind: 'metadata', key: mediaId, payload: { mediaId, requestId } } }, { complete: true }];
  },
};
