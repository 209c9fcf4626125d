import { bandsOf } from '../core/looks/bands.js';
import type { Projection, RowOperation } from '../core/projection.js';
import type { MediaEvent } from '../domain/media/media-events.js';

/** What items look like from afar, in parts by which copies are found. Whether an item is rejected, the library says. */
export const mediaLooks: Projection<MediaEvent> = {
  name: 'media-looks',
  version: 1,
  tables: { media_looks: ['media_id', 'frame'] },
  on: {
    LooksTaken: ({ data: { mediaId, looks } }) => [
      // Who looks at it again sees all of it again.
      { remove: 'media_looks', key: { media_id: mediaId } },
      ...looks.map(
        ({ look }, frame): RowOperation => ({
          put: 'media_looks',
          key: { media_id: mediaId, frame: String(frame).padStart(2, '0') },
          row: { look, bands: [...bandsOf(look)] },
        }),
      ),
    ],
    MediaDeleted: ({ data }) => [{ remove: 'media_looks', key: { media_id: data.mediaId } }],
  },
};
