import type { Derivative } from '../../core/derivative.js';
import type { MediaEvent } from './media-events.js';

export interface StoredDerivative extends Derivative {
  readonly blobKey: string;
}

const posterOf = (poster: { readonly blobKey: string; readonly atSeconds: number }): StoredDerivative => ({
  ...{ name: 'poster.jpg', contentType: 'image/jpeg', sizeBytes: null },
  ...{ blobKey: poster.blobKey, details: { atSeconds: poster.atSeconds } },
});

/** The files an event says were made to be served, in the words of today whichever release told of them. */
export function derivativesIn(event: MediaEvent): readonly StoredDerivative[] {
  switch (event.type) {
    case 'PosterGenerated':
      return [posterOf(event.data.poster)];
    case 'ThumbnailsGenerated':
      return event.data.poster ? [posterOf(event.data.poster)] : [];
    case 'PreviewGifGenerated': {
      const { blobKey, sizeBytes, startSeconds } = event.data.gif;
      return [
        {
          ...{ name: 'preview.gif', contentType: 'image/gif', sizeBytes },
          ...{ blobKey, details: { startSeconds } },
        },
      ];
    }
    default:
      return [];
  }
}
