import type { ErrorRoom } from './error-row.js';

/** Of sources whose frames are looked at as they come. */
export const live = {
  live_source_exists: {
    kinds: ['conflict'],
    advice: 'A live source with this id has begun already. Begin another one.',
  },
  live_source_not_found: {
    kinds: ['not-found'],
    advice: '`GET /v1/live` lists the sources there are; one that was removed is not among them.',
  },
  live_source_running: {
    kinds: ['conflict'],
    advice:
      'Only a source that has ended is removed. Stop its publisher, or end it (`mediaflow frames end ID`), and remove it then.',
  },
  live_source_closed: {
    kinds: ['conflict'],
    advice:
      'The source has ended, by its publisher, an operator or a day of silence: nothing more is looked at for it. Begin another one, as `mediaflow frames publish` does by itself.',
  },
  live_source_silent: {
    kinds: [],
    advice:
      'Nothing was heard of a source for two and a half times as long as it tells of itself at the least, and nobody has said why. Does its publisher run, and is a worker there that looks at frames (`MEDIAFLOW_WORKER_KINDS` with `tag`)?',
  },
  live_source_ended: {
    kinds: ['unavailable'],
    advice:
      'The other side ended the stream. A camera or a server that starts anew does that; its publisher tries again by itself, with growing pauses.',
  },
  invalid_live_frame: {
    kinds: ['invalid'],
    advice:
      'A frame that was published is no JPEG in Base64, or larger than 512 KiB. Nothing of the request was taken.',
  },
} as const satisfies ErrorRoom;
