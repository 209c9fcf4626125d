import type { ErrorRoom } from './error-row.js';

/** Why work on an item, on a list of recommendations or on an upload failed, where the file is not to blame. */
export const processing = {
  chunks_missing: {
    kinds: ['unsupported'],
    advice:
      'Parts of a long film could not be encoded, so they were not joined; the message names them, and the item’s `steps` say why each failed. `POST …/retry` encodes those again, and joins all.',
  },
  chunks_do_not_fit: {
    kinds: ['unsupported'],
    advice:
      'The parts that a long film was encoded in are not, frame by frame, one behind the other, as where its file cannot be read the same way twice. With `MEDIAFLOW_CHUNKS_FROM_SECONDS=never` films that are sent from then on are encoded in one piece.',
  },
  renditions_missing: {
    kinds: ['unsupported'],
    advice:
      'Rungs of an item could not be encoded, so how good they are was not measured; the item’s `steps` say why each failed. `POST …/retry` encodes those again, and measures all.',
  },
  ffmpeg_failed: {
    kinds: ['internal'],
    advice: 'ffmpeg or ffprobe failed for a reason nobody knows by name; the message has its last words.',
  },
  ffmpeg_killed: {
    kinds: ['internal'],
    advice:
      'Somebody else ended ffmpeg or ffprobe, such as the kernel when memory ran out (`dmesg`) or whoever stops a service with all its processes. It says nothing of the file and is tried again.',
  },
  ffmpeg_stalled: {
    kinds: ['internal', 'too-large'],
    advice:
      'ffmpeg did not get on and was killed (`MEDIAFLOW_STALL_SECONDS`). One that did nothing may have waited for the machine and is tried again; one that computed on and on would do it again, so it is not.',
  },
  ffmpeg_missing: {
    kinds: ['unavailable'],
    advice:
      'There is no ffmpeg that can be used. Install one, or name it with `MEDIAFLOW_FFMPEG` and `MEDIAFLOW_FFPROBE`; the message says what is wrong with those found.',
  },
  picture_tool_missing: {
    kinds: ['unavailable'],
    advice:
      'Pictures cannot be handled on this machine, or not in the sandbox asked for; the message says why. Install the packages again (`npm ci`), with those of this system.',
  },
  picture_tool_crashed: {
    kinds: ['internal'],
    advice:
      'The process that decodes pictures broke on one, and the server went on. It is tried again; when all attempts end so, the file is damaged or meant to do it.',
  },
  picture_tool_killed: {
    kinds: ['internal'],
    advice:
      'Somebody else ended the process that decodes pictures, such as the kernel when memory ran out (`dmesg`). It says nothing of the file and is tried again.',
  },
  picture_tool_stalled: {
    kinds: ['internal', 'too-large'],
    advice: 'The process that decodes pictures hung for a day and was ended.',
  },
  inference_request_too_large: {
    kinds: ['invalid'],
    advice:
      'A model was asked for more at once than its task takes; the message says how much it takes. Ask for less at a time.',
  },
  inference_task_missing: {
    kinds: ['unsupported'],
    advice: 'A task that none of the models at hand does. Use a release, or a provider, that does.',
  },
  inference_failed: {
    kinds: ['internal'],
    advice: 'A model failed on a picture. When all attempts end so, read the message and the log.',
  },
  inference_crashed: {
    kinds: ['unavailable'],
    advice:
      'The thread of the models was lost, often for want of memory. A new one is started for the next attempt.',
  },
  inference_closed: {
    kinds: ['unavailable'],
    advice: 'The models were asked while the process was stopping.',
  },
  model_missing: {
    kinds: ['unavailable'],
    advice: 'The files of a model cannot be read. Install the packages again (`npm ci`).',
  },
  model_corrupt: {
    kinds: ['unavailable'],
    advice:
      'The files of a model are not those this release was built with. Install the packages again (`npm ci`).',
  },
  unknown_moderation_provider: {
    kinds: ['unsupported'],
    advice:
      'A model reported labels that no table explains. Give it a row in the table of moderation classes, then retry.',
  },
  time_limit_exceeded: {
    kinds: ['unavailable'],
    advice:
      'The attempt ran longer than its time limit. Work on a file is not tried again after that: the file may take less when it is converted, or the machine may be too slow.',
  },
  overstayed: {
    kinds: ['unavailable'],
    advice: 'It took longer than short work may, and goes on among the long. Nothing has to be done.',
  },
  attempts_exhausted: {
    kinds: ['unavailable'],
    advice:
      'The last attempt ended without a word of how. Look at the log of the worker, then replay the dead letter.',
  },
  worker_lost: {
    kinds: [],
    advice:
      'The process or machine that did the work ended in the middle of it. It is tried again, with growing pauses; when that happened too often it is given up: find out what ends the worker (memory, for instance), then retry.',
  },
  invalid_payload: {
    kinds: ['invalid'],
    advice:
      'A job is told something that this release does not understand. Run the release that asked for it, or a newer one.',
  },
  unexpected_error: {
    kinds: [],
    advice:
      'Something failed that nobody expected; it is tried again a few times. The message says what; the log of the worker says more.',
  },
  programming_error: {
    kinds: [],
    advice:
      'There is a fault in the program itself, which trying again does not mend. The log of the worker has where it happened: report it. Replay the dead letter with a release in which it is mended.',
  },
  job_failed: {
    kinds: [],
    advice:
      'A job failed for good for a reason without a code. The message says what; then replay the dead letter.',
  },
  upload_expired: {
    kinds: [],
    advice: 'The upload was not continued within `MEDIAFLOW_UPLOAD_EXPIRY_SECONDS`. Send the file again.',
  },
  upload_terminated: { kinds: [], advice: 'The client gave the upload up. Nothing has to be done.' },
  upload_concatenated: {
    kinds: [],
    advice: 'The partial upload has become a part of a final one. Ask for that one.',
  },
} as const satisfies ErrorRoom;
