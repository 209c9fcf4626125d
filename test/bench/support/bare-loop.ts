import { once } from 'node:events';
import { text as textOf } from 'node:stream/consumers';
import type { Pool, PoolClient } from 'pg';
import { from, to } from 'pg-copy-streams';

const PAGE_EVENTS = 2_000;

/** The lines that COPY makes of a table. */
async function linesOf(pool: Pool, table: string): Promise<string[]> {
  const client = await pool.connect();
  const lines = (await textOf(client.query(to(`copy ${table} to stdout`)))).split('\n').slice(0, -1);
  client.release();
  return lines;
}

async function copyIn(client: PoolClient, table: string, lines: readonly string[]): Promise<void> {
  if (lines.length === 0) return;
  const copy = client.query(from(`copy ${table} from stdin`));
  copy.end(`${lines.join('\n')}\n`);
  await once(copy, 'finish');
}

/**
 * What a rebuild costs that knows its outcome: Node reads the events of a type page by page, as text that it does not look
 * at, and meanwhile copies as large a share of the finished rows into `target`, an empty table like the view's.
 */
export async function bareLoop(
  pool: Pool,
  type: string,
  table: string,
  target: string,
): Promise<() => Promise<void>> {
  const lines = await linesOf(pool, table);
  const { rows } = await pool.query('select count(*)::integer as events from events where type = $1', [type]);
  const linesAPage = Math.ceil((lines.length / rows[0].events) * PAGE_EVENTS);
  return async () => {
    const writer = await pool.connect();
    await writer.query('set synchronous_commit = off');
    let writing = Promise.resolve();
    let written = 0;
    for (let after = '0', more = true; more; ) {
      const page = await pool.query<string[]>({
        text: `select position, stream, revision, event_id, type, schema_version, data, metadata, recorded_at
               from events where type = $1 and position > $2 order by position limit ${PAGE_EVENTS}`,
        values: [type, after],
        rowMode: 'array',
        types: { getTypeParser: () => (value: string) => value },
      });
      more = page.rows.length >= PAGE_EVENTS;
      after = page.rows.at(-1)?.[0] ?? after;
      await writing;
      writing = copyIn(writer, target, lines.slice(written, written + linesAPage));
      written += linesAPage;
    }
    await writing;
    await writer.query('reset synchronous_commit');
    writer.release();
  };
}
