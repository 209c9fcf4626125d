import { contentTypeOf, type Derivative, isOfKind, isOnlyOne } from '../../core/derivative.js';
import type { MediaEvent } from './media-events.js';
import type { GeneratedDerivative, MediaPoster } from './media-values.js';
import { type StepName, stepRowOf } from './steps/step-name.js';

export interface StoredDerivative extends Derivative {
  readonly blobKey: string;
}

const posterOf = ({ blobKey, atSeconds, thumbHash }: MediaPoster): StoredDerivative => ({
  ...{ name: 'poster.jpg', contentType: 'image/jpeg', sizeBytes: null },
  ...{ blobKey, details: { atSeconds, ...(thumbHash !== undefined && { thumbHash }) } },
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
    case 'DerivativeGenerated':
      return [event.data.derivative as StoredDerivative];
    default:
      return [];
  }
}

/**
 * What a step has made, as history keeps it. Throws where that is not what the row of the step says, so that none is
 * completed without its files: with some of them items are published.
 */
export function derivativesOf(
  step: StepName,
  made: readonly Omit<GeneratedDerivative, 'contentType'>[],
): GeneratedDerivative[] {
  const { derivatives: kinds = [] } = stepRowOf(step);
  const left = kinds.filter((kind) => isOnlyOne(kind) && !made.some(({ name }) => isOfKind(kind, name)));
  if (left.length > 0) throw new Error(`Step ${step} has made no ${left.map(({ path }) => path).join(', ')}`);
  return made.map((file) => {
    const kind = kinds.find((each) => isOfKind(each, file.name));
    if (!kind) throw new Error(`No row says that step ${step} makes ${file.name}`);
    const details = kind.details.parse(file.details) as GeneratedDerivative['details'];
    return { ...file, contentType: contentTypeOf(kind, file.name), details };
  });
}
