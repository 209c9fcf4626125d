import type { ErrorRoom } from './error-row.js';

/** Of what players and pages fetch. */
export const playback = {
  media_not_playable: {
    kinds: ['not-found'],
    advice:
      'The item is not there, not published, or nothing of it can be played yet. Its `status` says which.',
  },
  rendition_not_found: {
    kinds: ['not-found'],
    advice: 'The item has no such rendition to play. Take the names from the master playlist.',
  },
  poster_not_found: {
    kinds: ['not-found'],
    advice: 'The item has no poster yet. Ask again once it is processed.',
  },
  storyboard_not_found: {
    kinds: ['not-found'],
    advice: 'The item has no storyboard yet. Ask again once it is processed.',
  },
  chapters_not_found: {
    kinds: ['not-found'],
    advice:
      'The file tells of no chapters, or of none within its length, and scenes that would make some are few, or are not looked at yet.',
  },
  preview_gif_not_found: {
    kinds: ['not-found'],
    advice:
      'The item has no animated preview yet, or none could be made. Ask again once no step of it is open.',
  },
  derivative_not_found: {
    kinds: ['not-found'],
    advice:
      'The item has no such file yet, or none could be made. `derivatives` of the item names those it has; ask again once no step of it is open.',
  },
  unknown_image_size: {
    kinds: ['not-found'],
    advice:
      'Pictures are made 320, 640, 1280, 1920 and 2560 pixels wide, as `jpg`, `webp` and `avif`, and no wider than they are: `derivatives` of the item names those it has.',
  },
  file_not_found: {
    kinds: ['not-found'],
    advice:
      'There is no such file, or no longer: ask for what names it (playlist, storyboard, item) anew. If that still names it, the storage has lost it: `mediaflow storage check`.',
  },
  range_not_satisfiable: {
    kinds: [],
    statuses: [416],
    advice: 'The `Range` begins behind the end of the file. `Content-Range` says how long it is.',
  },
} as const satisfies ErrorRoom;
