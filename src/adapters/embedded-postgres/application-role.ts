import { createHmac } from 'node:crypto';
import pg from 'pg';
import { APPLICATION_ROLE, DATABASE } from './layout.js';

/**
 * The password of the application's role: it follows from the superuser's, which does not follow from it, so there is
 * one secret to keep.
 */
export const applicationPassword = (superuserPassword: string): string =>
  createHmac('sha256', superuserPassword).update(APPLICATION_ROLE).digest('base64url');

/**
 * Sees to it that the application has a role of its own, which may do everything in its database and nothing outside it,
 * and that it owns the database. Of a database that an earlier release made as the superuser, everything is handed over.
 * Resolves to the server's version.
 *
 * @param connectTo a superuser's address of a database by name
 */
export async function ensureApplicationRole(
  connectTo: (database: string) => string,
  password: string,
): Promise<string> {
  return withClient(connectTo('postgres'), async (client) => {
    const { rows } = await client.query<{ version: string; hasRole: boolean; owner: string | null }>(
      `select current_setting('server_version') as version,
              exists (select from pg_roles where rolname = $1) as "hasRole",
              (select pg_get_userbyid(datdba) from pg_database where datname = $2) as owner`,
      [APPLICATION_ROLE, DATABASE],
    );
    const { version = 'unknown', hasRole = false, owner = null } = rows[0] ?? {};
    if (!hasRole)
      await client.query(
        `create role ${APPLICATION_ROLE} login nosuperuser nocreatedb nocreaterole noreplication nobypassrls
         password ${client.escapeLiteral(password)}`,
      );
    if (owner === null) await client.query(`create database ${DATABASE} owner ${APPLICATION_ROLE}`);
    else if (owner !== APPLICATION_ROLE) {
      await withClient(connectTo(DATABASE), (inside) => inside.query(HAND_OVER));
      // Last: its owner tells that all has been handed over.
      await client.query(`alter database ${DATABASE} owner to ${APPLICATION_ROLE}`);
    }
    return version;
  });
}

/**
 * In one transaction. `REASSIGN OWNED` cannot do it, since the system's own objects are the same superuser's: they have the
 * ids below 16384. Sequences of columns, indexes and array types follow what they belong to.
 */
const HAND_OVER = `
do $$
declare statement text;
begin
  for statement in
    with mine as (select oid from pg_roles where rolname = current_user)
    select format('alter schema %I owner to ${APPLICATION_ROLE}', nspname)
      from pg_namespace, mine where nspowner = mine.oid and pg_namespace.oid >= 16384
    union all
    select format('alter table %s owner to ${APPLICATION_ROLE}', class.oid::regclass)
      from pg_class class, mine
      where relowner = mine.oid and class.oid >= 16384 and relkind in ('r', 'p', 'v', 'm', 'f', 'S')
        and not exists (select from pg_depend where classid = 'pg_class'::regclass and objid = class.oid
                          and refclassid = 'pg_class'::regclass and relkind = 'S' and deptype in ('a', 'i'))
    union all
    select format('alter routine %s owner to ${APPLICATION_ROLE}', routine.oid::regprocedure)
      from pg_proc routine, mine where proowner = mine.oid and routine.oid >= 16384
    union all
    select format('alter type %s owner to ${APPLICATION_ROLE}', type.oid::regtype)
      from pg_type type left join pg_class class on class.oid = typrelid, mine
      where typowner = mine.oid and type.oid >= 16384
        and (typtype in ('e', 'd', 'r') or (typtype = 'c' and class.relkind = 'c'))
  loop
    execute statement;
  end loop;
end $$`;

async function withClient<Result>(
  connectionString: string,
  use: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}
