import type { Chapter } from '../../../core/media-probe.js';
import type { LibraryMetadata, MediaLibraryReader } from '../../../core/readers/media-library.js';
import { servedChapters } from '../../../core/readers/served-chapters.js';
import { type SceneChapter, scenesName } from '../../../core/scene-chapters.js';
import { conditionsOf } from './library-conditions.js';
import {
  FILE_COLUMNS,
  type ItemRow,
  LIST_COLUMNS,
  MAKING_COLUMNS,
  NO_FILES,
  NOTHING_OF_THE_MAKING,
  toItem,
  toPlace,
} from './library-item.js';
import { lookUpById } from './look-up.js';
import type { ReadDatabase } from './read-database.js';

interface MetadataRow {
  readonly status: LibraryMetadata['status'];
  readonly metadata: Omit<LibraryMetadata, 'status' | 'chapters'> & {
    readonly technical: { readonly chapters?: readonly Chapter[] } | null;
    readonly scenes: readonly SceneChapter[] | null;
  };
}

export function createMediaLibraryReader(database: ReadDatabase): MediaLibraryReader {
  const rowsOf = lookUpById<ItemRow>(database, {
    sql: `select ${LIST_COLUMNS}, ${FILE_COLUMNS}, ${MAKING_COLUMNS} from media_library m where m.media_id = any($1)`,
    idOf: (row) => row.media_id,
  });
  return {
    async page(filter, { after, limit, making, files }) {
      if (filter.search?.anyOf.length === 0) return { items: [], nextAfter: null };
      const { sql, parameters } = conditionsOf(filter, after);
      const rows = await database.query<ItemRow>(
        `select ${LIST_COLUMNS}, ${files ? FILE_COLUMNS : NO_FILES}, ${making ? MAKING_COLUMNS : NOTHING_OF_THE_MAKING} from media_library m where ${sql}
         order by m.created_at desc, m.media_id desc limit $${parameters.length + 1}`,
        // One more than is wanted tells whether there is another page.
        [...parameters, limit + 1],
      );
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      return {
        items: page.map(toItem),
        nextAfter: rows.length > limit && last ? toPlace(last) : null,
      };
    },

    async item(mediaId) {
      const [row] = await rowsOf(mediaId);
      return row && toItem(row);
    },

    async metadata(mediaId) {
      const [row] = await database.query<MetadataRow>(
        `select m.status, jsonb_build_object(
           'mediaId', d.media_id, 'technical', case when d.left_out is null then d.probe
             else jsonb_set(d.probe, '{leftOut}', (d.probe->'leftOut') || d.left_out) end,
           'ladder', d.ladder, 'leftOutRungs', d.left_out_rungs, 'sound', d.sound, 'quality', d.quality,
           'scenes', (select f.details->'chapters' from media_derivatives f where f.media_id = d.media_id and f.name = $2),
           'tags', d.detected_tags, 'tagModel', d.tag_model,
           'moderation', jsonb_build_object('model', d.moderation_model, 'frames', d.moderation_frames),
           'details', jsonb_build_object('title', m.title, 'description', m.description, 'tags', m.tags, 'filename', m.filename),
           'suggesting', d.suggesting, 'suggestion', d.suggestion, 'accepted', d.accepted
         ) as metadata
         from media_metadata d join media_library m using (media_id) where d.media_id = $1`,
        [mediaId, scenesName],
      );
      if (!row) return undefined;
      const { scenes, ...metadata } = row.metadata;
      const chapters = servedChapters(metadata.technical?.chapters, scenes);
      return { status: row.status, ...metadata, chapters };
    },

    async originalsBefore({ sha256, position }, limit) {
      const rows = await database.query<{ readonly blob_key: string }>(
        `select blob_key from media_library
         where sha256 = $1 and uploaded_position < $2 and status <> 'deleted'
         order by uploaded_position desc limit $3`,
        [sha256, position, limit],
      );
      return rows.map((row) => row.blob_key);
    },
  };
}
