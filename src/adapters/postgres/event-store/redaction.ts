import type { Pool } from 'pg';
import type { EventRedaction } from '../../../core/event-redaction.js';
import { placeOf } from '../../../core/numbered-position.js';
import { toStoreError } from '../connection/database-errors.js';
import { readStream } from './read.js';

const EVENTS_A_TIME = 500;

/** Overwrites events in the table of the log. Old row versions go with the next vacuum. */
export const createPostgresEventRedaction = (pool: Pool): EventRedaction => ({
  async redactStream(stream, redact) {
    let redacted = 0;
    for (let fromRevision = 0; ; ) {
      const events = await readStream(pool, stream, { fromRevision, limit: EVENTS_A_TIME });
      const changes = events.flatMap((event) => {
        const left = redact(event);
        return left ? [{ place: placeOf(event.position), ...left }] : [];
      });
      if (changes.length > 0)
        await pool
          .query({
            text: `update events set data = left_over.data::json, metadata = left_over.metadata::json
              from unnest($1::bigint[], $2::text[], $3::text[]) as left_over (position, data, metadata)
              where events.position = left_over.position`,
            values: [
              changes.map(({ place }) => place),
              changes.map(({ data }) => JSON.stringify(data)),
              changes.map(({ metadata }) => JSON.stringify(metadata)),
            ],
          })
          .catch((error: unknown) => {
            throw toStoreError(error);
          });
      redacted += changes.length;
      const last = events.at(-1);
      if (!last || events.length < EVENTS_A_TIME) return redacted;
      fromRevision = last.revision + 1;
    }
  },
});
