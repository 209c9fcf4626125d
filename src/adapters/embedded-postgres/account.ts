import { readFile, stat } from 'node:fs/promises';
import { MediaFlowError } from '../../core/errors.js';

/** A user of the operating system, by number. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

const SYSTEM_ACCOUNTS = ['postgres', '_postgres', 'nobody'];

/**
 * Whom PostgreSQL runs as: undefined for this process's own user, another account when this is root, whom
 * PostgreSQL refuses. Only accounts that exist are used, because minimal containers cannot make new ones.
 * The owner of the files comes first, so that a folder keeps working when root and its owner take turns.
 *
 * Errors: `embedded_postgres_no_account`.
 */
export async function chooseAccount(folders: readonly string[]): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const known = await readAccounts();
  const knownUids = new Set([...known.values()].map((account) => account.uid));
  for (const folder of folders) {
    const owner = await stat(folder).catch(() => undefined);
    // initdb refuses a user without a name.
    if (owner && owner.uid !== 0 && knownUids.has(owner.uid)) return { uid: owner.uid, gid: owner.gid };
  }
  for (const name of SYSTEM_ACCOUNTS) {
    const account = known.get(name);
    if (account) return account;
  }
  throw new MediaFlowError(
    'unsupported',
    'embedded_postgres_no_account',
    'PostgreSQL does not run as root, and this system has neither a user "postgres" nor "nobody" to run it as. ' +
      'Start MediaFlow as an ordinary user, or set DATABASE_URL.',
  );
}

async function readAccounts(): Promise<Map<string, Account>> {
  const passwd = await readFile('/etc/passwd', 'utf8').catch(() => '');
  const accounts = new Map<string, Account>();
  for (const line of passwd.split('\n')) {
    const [name, , uid, gid] = line.split(':');
    if (name && Number(uid) > 0 && Number(gid) > 0)
      accounts.set(name, { uid: Number(uid), gid: Number(gid) });
  }
  return accounts;
}
