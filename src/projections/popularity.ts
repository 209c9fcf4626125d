import type { Projection } from '../core/projection.js';
import type { Interaction, ViewerEvent } from '../domain/viewer/viewer.js';

/** Tenths, because sums of whole numbers come out the same in any order. */
function weightOf({ type, value }: Interaction): number {
  switch (type) {
    case 'play':
      return 3;
    case 'complete':
      return 10;
    case 'like':
      return 15;
    case 'dislike':
      return -20;
    case 'rate':
      return Math.round((((value ?? 2.5) - 2.5) / 2.5) * 15);
    case 'progress':
      return 0; // told many times a viewing, whose end counts
  }
}

/** How much everybody cares for an item, kept up so that a recommendation need not count all interactions anew. */
export const popularity: Projection<ViewerEvent> = {
  name: 'popularity',
  version: 1,
  tables: { media_popularity: ['media_id'] },
  on: {
    InteractionRecorded: ({ data }) => {
      const weight = weightOf(data);
      return weight === 0
        ? []
        : [{ increment: 'media_popularity', key: { media_id: data.mediaId }, by: { weight } }];
    },
  },
};
