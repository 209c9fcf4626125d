import type { Aggregate } from '../../core/aggregate.js';
import { decideMedia } from './decide-media.js';
import type { MediaCommand } from './media-commands.js';
import { type MediaEvent, mediaEvents } from './media-events.js';
import { evolveMedia, initialMediaState, type MediaState } from './media-state.js';

export const mediaStream = (mediaId: string): string => `media-${mediaId}`;

/** The compiler says which one is missing. */
const commandTypes: Readonly<Record<MediaCommand['type'], true>> = {
  RegisterMedia: true,
  CompleteUpload: true,
  FailUpload: true,
  ChangeMediaDetails: true,
  ReviewMedia: true,
  RetryProcessing: true,
  DeleteMedia: true,
  RecordPurge: true,
  FailPurge: true,
  StartStep: true,
  ConfirmStep: true,
  ReportStepProgress: true,
  RecordProbe: true,
  RecordRenditions: true,
  RecordPoster: true,
  RecordThumbnails: true,
  RecordModeration: true,
  RecordTags: true,
  FailStep: true,
};

/** A media item, from its announcement to its deletion. */
export const media: Aggregate<MediaState, MediaCommand, MediaEvent> = {
  name: 'media',
  decider: { initialState: initialMediaState, decide: decideMedia, evolve: evolveMedia },
  events: mediaEvents,
  commandTypes: Object.keys(commandTypes) as (keyof typeof commandTypes)[],
  streamOf: (command) => mediaStream(command.data.mediaId),
  needsState: true,
};
