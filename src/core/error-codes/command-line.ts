import type { ErrorRoom } from './error-row.js';

/** What `mediaflow` itself finds wrong; the server's refusals keep the server's codes. */
export const commandLine = {
  usage: {
    kinds: [],
    advice: 'Wrong usage, or a file that cannot be sent. The message says what; nothing was done.',
  },
  id_too_short: { kinds: [], advice: 'Give more characters of the id.' },
  id_ambiguous: {
    kinds: [],
    advice: 'Several ids begin like this; the message lists them. Give more characters.',
  },
  unreachable: {
    kinds: [],
    advice: 'The server cannot be reached. Does it run? Say where it is with `--url` or `MEDIAFLOW_URL`.',
  },
  unexpected_answer: {
    kinds: [],
    advice: 'What answers there is no MediaFlow server, or something stands before it. Check `--url`.',
  },
  interrupted: { kinds: [], advice: 'Ended by Ctrl+C or a signal.' },
  file_unreadable: { kinds: [], advice: 'The file cannot be read any more. Look whether it is still there.' },
  file_unwritable: {
    kinds: [],
    advice: 'The file cannot be written. Is there room, and may this program write there?',
  },
  file_changed: {
    kinds: [],
    advice: 'The file changed while it was being sent. Send it again once it is at rest.',
  },
  kafka_not_configured: { kinds: [], advice: 'Say where the brokers are: set `KAFKA_BROKERS`.' },
  no_answer: {
    kinds: [],
    advice:
      'No recommendations, no model, or no item that is done with, within the time given. Is a worker running?',
  },
  failed: { kinds: [], advice: 'No recommendations could be made, and the server does not say why.' },
  rebuild_stopped: {
    kinds: [],
    advice: 'The rebuild ended before the view was whole; the message says how to go on.',
  },
  check_ended_early: { kinds: [], advice: 'The check of the storage failed before its end. Start it again.' },
  check_lost: { kinds: [], advice: 'Another check of the storage has begun meanwhile. Read that one.' },
} as const satisfies ErrorRoom;
