import type { JsonObject, JsonValue } from '../core/json.js';
import type { LibraryMetadata } from '../core/readers/media-library.js';
import { toSuggestions, toValues } from './suggested-metadata.js';

/** Where somebody was is told to those alone who have a key and ask for it. */
export interface Asked {
  readonly withLocation: boolean;
}

export const toMetadata = (metadata: LibraryMetadata, { withLocation }: Asked) => ({
  id: metadata.mediaId,
  technical: metadata.technical && withoutPhoto(metadata.technical),
  photo: photoIn(metadata, (photo) => (withLocation ? photo : { ...photo, location: null })),
  chapters: metadata.chapters,
  ladder: metadata.ladder,
  leftOutRungs: metadata.leftOutRungs,
  sound: metadata.sound,
  quality: metadata.quality,
  tags: metadata.tags,
  tagModel: metadata.tagModel,
  moderation: { model: metadata.moderation.model, frames: metadata.moderation.frames },
  values: toValues(metadata),
  suggestions: toSuggestions(metadata),
});

const withoutPhoto = ({ photo: _, ...technical }: JsonObject): JsonObject => technical;

function photoIn(
  { technical }: LibraryMetadata,
  choose: (photo: JsonObject) => JsonObject,
): JsonObject | null {
  const photo: JsonValue | undefined = technical?.photo;
  return typeof photo === 'object' && photo !== null && !Array.isArray(photo) ? choose(photo) : null;
}

/** What a player may want to know. Field by field, so that what a probe learns to tell is nobody's until somebody says so. */
const publicTechnical = ({
  container,
  durationSeconds,
  bitrateBps,
  sizeBytes,
  image = null,
  video,
  audio,
  subtitles,
  trackTitles = {},
  chapters = [],
}: JsonObject) => ({
  ...{ container, durationSeconds, bitrateBps, sizeBytes, image, video, audio, subtitles },
  ...{ trackTitles, chapters },
  tags: {},
});

/** How a photograph was taken, and whose it is: not where, nor what its owner wrote beside. */
const publicPhoto = ({
  cameraMake,
  cameraModel,
  lens,
  exposureSeconds,
  aperture,
  iso,
  focalLengthMillimetres,
  focalLength35Millimetres,
  flashFired,
  takenAt,
  takenAtOffset,
  creator,
  copyright,
}: JsonObject) =>
  ({
    ...{ cameraMake, cameraModel, lens, exposureSeconds, aperture, iso },
    ...{ focalLengthMillimetres, focalLength35Millimetres, flashFired },
    ...{ takenAt, takenAtOffset, creator, copyright },
  }) as JsonObject;

/** The container's tags tell where, when and with what a video was taken; the scores are the moderators'. */
export const toPublicMetadata = (metadata: LibraryMetadata) => ({
  ...toMetadata(metadata, { withLocation: false }),
  technical: metadata.technical && publicTechnical(metadata.technical),
  photo: photoIn(metadata, publicPhoto),
  moderation: null,
  // What nobody has taken may be wrong, and who took what is the operator's.
  values: null,
  suggestions: null,
});
