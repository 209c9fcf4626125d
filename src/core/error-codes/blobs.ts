import type { ErrorRoom } from './error-row.js';

/** What the stores of files and the models tell those who call them in a way they must not. */
export const blobs = {
  invalid_blob_key: {
    kinds: ['invalid'],
    advice: 'A key of the blob store is too long or has characters it may not.',
  },
  blob_key_conflict: {
    kinds: ['conflict'],
    advice: 'A key of the blob store is the beginning of another one.',
  },
  blob_not_found: {
    kinds: ['not-found'],
    advice: 'A file is not in the storage. When an item names it, it is lost: `mediaflow storage check`.',
  },
  blob_store_unavailable: {
    kinds: ['unavailable'],
    advice:
      'The S3 server cannot be reached, or refuses the keys, the role or the bucket. Mend that; what waits goes on by itself.',
  },
  invalid_range: { kinds: ['invalid'], advice: 'Bytes are read that a file does not have.' },
  not_a_regular_file: {
    kinds: ['invalid'],
    advice: 'A worker left a link or device where only files can be kept.',
  },
  invalid_limit: { kinds: ['invalid'], advice: 'Events are read with a limit that is no positive integer.' },
  invalid_image: {
    kinds: ['invalid'],
    advice: 'A model is given bytes that are no picture of the size they claim.',
  },
  invalid_sound: {
    kinds: ['invalid'],
    advice: 'A model of speech is given something else than samples of sound.',
  },
  image_too_large: {
    kinds: ['invalid'],
    advice: 'A model is given a picture with more pixels than it takes.',
  },
} as const satisfies ErrorRoom;
