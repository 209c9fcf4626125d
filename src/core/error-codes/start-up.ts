import type { ErrorRoom } from './error-row.js';

/** Why a process cannot start. */
export const startUp = {
  data_folder_in_use: {
    kinds: ['conflict'],
    advice:
      'Another MediaFlow uses this data folder. Stop it, choose another folder with `MEDIAFLOW_DATA`, or give all that share it the same `DATABASE_URL`.',
  },
  event_store_changed: {
    kinds: ['conflict'],
    advice:
      'What is in the database was made from another event log than the one it is to follow now. Set `EVENTSTOREDB_URL` as it was, or name a new database with `DATABASE_URL` (without it, a new data folder).',
  },
  role_taken: {
    kinds: ['conflict'],
    advice:
      'Only one process of a data folder can have this role, and another has it. Start this one with other roles.',
  },
  data_folder_not_lockable: {
    kinds: ['internal'],
    advice: 'The file system of the data folder does not support file locks. Put the folder on a local disk.',
  },
  data_folder_not_readable: {
    kinds: ['unauthorized'],
    advice:
      'The database in the data folder belongs to another user. Run this as the user who runs MediaFlow.',
  },
  data_folder_not_writable: {
    kinds: ['internal'],
    advice:
      'The data folder cannot be written. Give the user write access, or choose another with `MEDIAFLOW_DATA`.',
  },
  data_folder_of_another_user: {
    kinds: ['internal'],
    advice:
      'The data folder is open to other users, and this user cannot close it to them. Make the user that runs all its processes its owner.',
  },
  embedded_postgres_failed: {
    kinds: ['unavailable'],
    advice:
      'The embedded PostgreSQL failed. Mend what the message and its log say, or set `DATABASE_URL` to a server of your own.',
  },
  embedded_postgres_folder_closed: {
    kinds: ['unsupported'],
    advice:
      'Started as root, PostgreSQL runs as another user, who may not enter its folder. Open the way to it, move the folder, or start MediaFlow as an ordinary user.',
  },
  embedded_postgres_no_account: {
    kinds: ['unsupported'],
    advice: 'PostgreSQL needs a named user to run as, and there is none. Run as one, or set `DATABASE_URL`.',
  },
  embedded_postgres_unsupported: {
    kinds: ['unsupported'],
    advice:
      'There is no embedded PostgreSQL that runs on this system. Set `DATABASE_URL` to a server of your own.',
  },
  postgres_folder_invalid: {
    kinds: ['invalid'],
    advice:
      'The folder of the embedded database is not whole. Restore it from a backup, or move it away to start empty.',
  },
  postgres_version_mismatch: {
    kinds: ['unsupported'],
    advice:
      'The database was made by another version of PostgreSQL than this release carries. Run the release that made it, or run that PostgreSQL on the folder yourself and set `DATABASE_URL`.',
  },
} as const satisfies ErrorRoom;
