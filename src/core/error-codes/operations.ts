import type { ErrorRoom } from './error-row.js';

/** Of those who operate the server, and of what it stands on: any address may answer the ones of 503 and 507. */
export const operations = {
  storage_full: {
    kinds: ['storage-full'],
    advice:
      'There is no room: the disk of the files or of the database is full, or would leave less than `MEDIAFLOW_KEEP_FREE_BYTES`. The operator frees some; then the same can be sent again, and work that failed by it is tried again a few times by itself.',
  },
  database_unavailable: {
    kinds: ['unavailable'],
    advice:
      'The database cannot be reached. Come back after `Retry-After`; the operator looks whether it runs.',
  },
  event_store_unavailable: {
    kinds: ['unavailable'],
    advice:
      'The event store cannot be reached, or too many write at once. Whether the change was kept is not known: send it again, with the same `Idempotency-Key`.',
  },
  event_store_overloaded: {
    kinds: ['unavailable'],
    advice:
      'Too many changes wait to be written, and this one was not. Send it again after `Retry-After`, with the same `Idempotency-Key`, and slower.',
  },
  event_store_closed: {
    kinds: ['unavailable'],
    advice: 'The server is stopping. Send it again when it is back.',
  },
  event_store_cannot_redact: {
    kinds: ['unsupported'],
    advice:
      'Events that hold something personal in readable form are in an event store that changes no event. Have the stream deleted and the log scavenged there, then replay the dead letter.',
  },
  upload_ledger_unavailable: {
    kinds: ['unavailable'],
    advice: 'The database cannot be reached, so nobody knows how far uploads are. Go on after `Retry-After`.',
  },
  personal_keys_unavailable: {
    kinds: ['unavailable'],
    advice:
      'The database cannot be reached, so what is personal can be neither read nor kept. Send it again.',
  },
  viewers_unavailable: {
    kinds: ['unavailable'],
    advice: 'The database cannot be reached, so nobody knows which viewer a user is. Send it again.',
  },
  saga_store_unavailable: {
    kinds: ['unavailable'],
    advice:
      'The database cannot be reached, so nobody knows how far the sagas are. Ask again after `Retry-After`.',
  },
  job_queue_unavailable: {
    kinds: ['unavailable'],
    advice: 'The database of the job queue cannot be reached. Come back after `Retry-After`.',
  },
  kafka_unavailable: {
    kinds: ['unavailable'],
    advice:
      'Kafka cannot be reached, does not answer, or refuses what was asked; the message says what. What waits for it goes on by itself.',
  },
  starting: { kinds: [], statuses: [503], advice: 'The server is starting. Come back after `Retry-After`.' },
  stopping: {
    kinds: [],
    statuses: [503],
    advice: 'The server is stopping. Come back when it is there again.',
  },
  too_much_contention: {
    kinds: ['unavailable'],
    advice: 'Many change the same thing at the same time, and this change lost each time. Send it again.',
  },
  query_took_too_long: {
    kinds: ['unavailable'],
    advice:
      'The answer took the database too long. Ask for less (a smaller `limit`, fewer filters), or later.',
  },
  view_behind: {
    kinds: ['unavailable'],
    advice:
      'The view has not seen the change that `Mediaflow-After` names. The change is kept; read again after `Retry-After`.',
  },
  view_rebuilding: {
    kinds: ['unavailable'],
    advice:
      'The view is filled anew after an upgrade and stands still until then. The change is kept; `Retry-After` says how long it may take.',
  },
  view_failed: {
    kinds: ['unavailable'],
    advice:
      'The view cannot get past an event. The change is kept, and waiting does not help: the operator reads why at `GET /v1/projections`.',
  },
  projection_not_found: {
    kinds: ['not-found'],
    advice: 'There is no such view; `detail` lists those there are.',
  },
  projection_newer: {
    kinds: ['conflict'],
    advice: 'A newer release has built this view already. Rebuild it with that release.',
  },
  rebuild_running: {
    kinds: ['conflict'],
    advice: 'The view is being rebuilt already. Follow it at `GET /v1/projections`, or cancel it first.',
  },
  dead_letter_not_found: {
    kinds: ['not-found'],
    advice:
      'There is no such dead letter: it was discarded, or was cleared away by age. List those there are.',
  },
  storage_check_running: {
    kinds: ['conflict'],
    advice: 'The storage is being checked already. Read the report of that check.',
  },
} as const satisfies ErrorRoom;
