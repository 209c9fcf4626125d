import type pg from 'pg';
import type { UploadChanges, UploadLedger, UploadRecord } from '../../core/upload-ledger.js';
import { orUnavailable } from './connection/database-errors.js';
import { soon } from './connection/patience.js';

/** Column names and how a value travels; the order is that of the insert. */
const columns = {
  id: 'id',
  kind: 'kind',
  state: 'state',
  actor: 'actor',
  tenantId: 'tenant_id',
  traceparent: 'traceparent',
  lengthBytes: 'length_bytes',
  metadata: 'metadata',
  parts: 'parts',
  concatAsSent: 'concat_as_sent',
  joinedInto: 'joined_into',
  declaredSha256: 'declared_sha256',
  sha256: 'sha256',
  uncheckedFromBytes: 'unchecked_from_bytes',
  reason: 'reason',
  createdAt: 'created_at',
  expiresAt: 'expires_at',
} as const satisfies Record<keyof UploadRecord, string>;

type Column = (typeof columns)[keyof typeof columns];
type Row = Readonly<Record<Column, unknown>>;

const fields = Object.keys(columns) as (keyof UploadRecord)[];
const selected = Object.values(columns).join(', ');

/** One statement: all parts are claimed or none. They are locked in one order, so that no two wait for each other. */
const CREATE_FINAL = `
  with free as (
    select id from uploads
    where id = any($3::uuid[]) and kind = 'partial' and state = 'open'
      and (joined_into is null or joined_into = $2::uuid)
    order by id for update
  ), claimed as (
    update uploads set joined_into = $2::uuid
    where id in (select id from free) and (select count(*) from free) = $4::int
    returning id
  )
  insert into uploads (${selected})
  select ${selected} from jsonb_populate_record(null::uploads, $1::jsonb) where exists (select from claimed)
  on conflict (id) do nothing`;

/** The ledger of transfers in the `uploads` table. Throws `upload_ledger_unavailable` for what waiting can cure. */
export function createPostgresUploadLedger(pool: pg.Pool): UploadLedger {
  const query = <R extends pg.QueryResultRow>(text: string, values: unknown[] = []) =>
    pool.query<R>({ ...soon, text, values }).catch(orUnavailable('upload_ledger_unavailable'));

  async function find(id: string): Promise<UploadRecord | undefined> {
    const { rows } = await query<Row>(`select ${selected} from uploads where id = $1`, [id]);
    return rows[0] && toRecord(rows[0]);
  }

  return {
    find,

    async create(upload) {
      const places = fields.map((_, index) => `$${index + 1}`).join(', ');
      await query(
        `insert into uploads (${selected}) values (${places}) on conflict (id) do nothing`,
        fields.map((field) => toParameter(upload[field])),
      );
      return (await find(upload.id)) ?? upload;
    },

    async createFinal(upload) {
      const row = Object.fromEntries(fields.map((field) => [columns[field], upload[field]]));
      const parts = [...new Set(upload.parts)];
      await query(CREATE_FINAL, [JSON.stringify(row), upload.id, parts, parts.length]);
      return find(upload.id);
    },

    async change(id, whileIn, changes) {
      const changed = Object.keys(changes) as (keyof UploadChanges)[];
      const assignments = changed.map((field, index) => `${columns[field]} = $${index + 3}`).join(', ');
      const { rows } = await query<Row>(
        `update uploads set ${assignments} where id = $1 and state = $2
         ${changes.state === 'closing' ? 'and joined_into is null' : ''} returning ${selected}`,
        [id, whileIn, ...changed.map((field) => toParameter(changes[field] ?? null))],
      );
      return rows[0] && toRecord(rows[0]);
    },

    async unfinished() {
      const { rows } = await query<Row>(
        `select ${selected} from uploads where state in ('open', 'closing') order by created_at, id`,
      );
      return rows.map(toRecord);
    },

    async erase(id) {
      await query(`update uploads set metadata = '' where id = $1 or joined_into = $1`, [id]);
    },

    async remove(id) {
      await query('delete from uploads where id = $1', [id]);
    },

    async forgetFinished(instant) {
      const { rowCount } = await query(
        `delete from uploads where state in ('completed', 'closed') and expires_at < $1`,
        [instant],
      );
      return rowCount ?? 0;
    },
  };
}

const toParameter = (value: UploadRecord[keyof UploadRecord]): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? JSON.stringify(value) : value;

const toNumber = (value: unknown): number | null => (value === null ? null : Number(value));

const toRecord = (row: Row): UploadRecord => ({
  id: row.id as string,
  kind: row.kind as UploadRecord['kind'],
  state: row.state as UploadRecord['state'],
  actor: row.actor as string,
  tenantId: row.tenant_id as string,
  traceparent: row.traceparent as string | null,
  lengthBytes: toNumber(row.length_bytes),
  metadata: row.metadata as string,
  parts: row.parts as string[],
  concatAsSent: row.concat_as_sent as string | null,
  joinedInto: row.joined_into as string | null,
  declaredSha256: row.declared_sha256 as string | null,
  sha256: row.sha256 as string | null,
  uncheckedFromBytes: toNumber(row.unchecked_from_bytes),
  reason: row.reason as UploadRecord['reason'],
  createdAt: (row.created_at as Date).toISOString(),
  expiresAt: (row.expires_at as Date).toISOString(),
});
