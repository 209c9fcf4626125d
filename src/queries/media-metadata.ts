import type { JsonObject } from '../core/json.js';
import type { LibraryMetadata } from '../core/readers/media-library.js';

export const toMetadata = (metadata: LibraryMetadata) => ({
  id: metadata.mediaId,
  technical: metadata.technical,
  ladder: metadata.ladder,
  sound: metadata.sound,
  tags: metadata.tags,
  tagModel: metadata.tagModel,
  moderation: { model: metadata.moderation.model, frames: metadata.moderation.frames },
});

/** What a player may want to know. Field by field, so that what a probe learns to tell is nobody's until somebody says so. */
const publicTechnical = ({
  container,
  durationSeconds,
  bitrateBps,
  sizeBytes,
  video,
  audio,
  subtitles,
}: JsonObject) => ({
  ...{ container, durationSeconds, bitrateBps, sizeBytes, video, audio, subtitles },
  tags: {},
});

/** The container's tags tell where, when and with what a video was taken; the scores are the moderators'. */
export const toPublicMetadata = (metadata: LibraryMetadata) => ({
  ...toMetadata(metadata),
  technical: metadata.technical && publicTechnical(metadata.technical),
  moderation: null,
});
