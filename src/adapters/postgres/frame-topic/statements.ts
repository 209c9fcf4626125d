/**
 * Puts frames in and lets the oldest of their source go, by number and by bytes; those that are put in count, though no statement
 * sees what it has written itself. $1 source, $2 frames, $3 pictures, $4 dropped before, $5 and $6 bounds, $7 channel.
 */
export const PUBLISH = `
  with incoming as (
    select $1::text as source_id, frame, jpeg, nth
    from unnest($2::jsonb[], $3::bytea[]) with ordinality as one (frame, jpeg, nth)
  ), lined as (
    select place, nth, row_number() over latest as newer, sum(bytes) over latest as bytes from (
      select place, null::bigint as nth, octet_length(jpeg) as bytes from live_frames where source_id = $1
      union all
      select null, nth, octet_length(jpeg) from incoming
    ) as every
    window latest as (order by nth desc nulls last, place desc rows unbounded preceding)
  ), excess as (
    select place, nth from lined where newer > 1 and (newer > $5 or bytes > $6)
  ), gone as (
    delete from live_frames using excess where live_frames.place = excess.place returning 1
  ), put as (
    insert into live_frames (source_id, frame, jpeg)
    select source_id, frame, jpeg from incoming
    where nth not in (select nth from excess where nth is not null) order by nth
    returning 1
  ), pushed as (
    select (select count(*) from gone) + (select count(*) from excess where nth is not null) as frames
  ), counted as (
    insert into live_frames_dropped as dropped (source_id, by_publisher, by_queue)
    select $1, $4::bigint, frames from pushed where $4::bigint + frames > 0
    on conflict (source_id) do update set
      by_publisher = dropped.by_publisher + excluded.by_publisher, by_queue = dropped.by_queue + excluded.by_queue
    returning 1
  )
  select frames::int as pushed_out, pg_notify($7, ''), (select count(*) from put), (select count(*) from counted)
  from pushed`;

/**
 * Takes frames of the source whose frame waits longest, up to $1, and what was dropped of it. Frames that somebody else has in hand at
 * the moment are stepped over: there may be work of the next source.
 */
export const TAKE = `
  with waiting as (
    select source_id from live_frames order by place limit 1 for update skip locked
  ), next as (
    select place from live_frames where source_id = (select source_id from waiting)
    order by place limit $1 for update skip locked
  ), taken as (
    delete from live_frames using next where live_frames.place = next.place
    returning live_frames.place, source_id, frame, jpeg
  ), counted as (
    delete from live_frames_dropped where source_id in (select source_id from taken)
    returning by_publisher, by_queue
  )
  select source_id, frame, jpeg, by_publisher, by_queue from taken left join counted on true order by place`;

/** Lets go of all of a source ($1), and of what is known of it. */
export const DISCARD = `
  with gone as (delete from live_frames where source_id = $1)
  delete from live_frames_dropped where source_id = $1`;
