import { bandsNear, MOST_DIFFERENT_BITS } from '../../../core/looks/bands.js';
import { frameMatchesNeeded } from '../../../core/looks/look-alike.js';
import type { MediaKind } from '../../../core/media-kind.js';
import type { MediaLooksReader, NearDuplicate } from '../../../core/readers/media-looks.js';
import type { ReadDatabase } from './read-database.js';

const differentBits = `bit_count(('x' || l.look)::bit(128) # ('x' || asked.look)::bit(128))`;

export const createMediaLooksReader = (database: ReadDatabase): MediaLooksReader => ({
  async near({ mediaId, kind, looks, rejected = false }, limit) {
    const needed = frameMatchesNeeded(kind, looks.length);
    if (!Number.isFinite(needed)) return [];
    const asked = looks.map((look) => ({ look, bands: `{${bandsNear(look).join(',')}}` }));
    return database.query<NearDuplicate>(
      `with asked as (
         select place, look, bands::integer[] as bands
         from jsonb_to_recordset($1::jsonb) as each(place integer, look text, bands text)
       ), frames as (
         select l.media_id, asked.place, min(${differentBits}) as bits
         from asked join media_looks l on l.bands && asked.bands
         where l.media_id <> $2 and ${differentBits} <= $3
         group by l.media_id, asked.place
       )
       select media_id as "mediaId", m.title, m.status, count(*)::integer as frames, avg(bits)::float8 as "differentBits"
       from frames join media_library m using (media_id)
       where m.type = $4 and m.status <> 'deleted' and (not $6 or m.status = 'rejected')
       group by media_id, m.title, m.status having count(*) >= $5
       order by count(*) desc, avg(bits), media_id limit $7`,
      [
        JSON.stringify(asked.map((each, place) => ({ place, ...each }))),
        ...[mediaId, MOST_DIFFERENT_BITS, kind, needed, rejected, limit],
      ],
    );
  },

  async of(mediaId) {
    const [row] = await database.query<{ kind: MediaKind | null; looks: string[] }>(
      `select type as kind, array(select look from media_looks where media_id = $1 order by frame) as looks
       from media_library where media_id = $1`,
      [mediaId],
    );
    return row;
  },
});
