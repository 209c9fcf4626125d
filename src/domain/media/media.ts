import type { Aggregate } from '../../core/aggregate.js';
import { decideMedia } from './decide-media.js';
import { type MediaCommand, mediaCommandTypes } from './media-commands.js';
import { type MediaEvent, mediaEvents } from './media-events.js';
import { evolveMedia, initialMediaState, type MediaState } from './media-state.js';

export const mediaStream = (mediaId: string): string => `media-${mediaId}`;

/** A media item, from its announcement to its deletion. */
export const media: Aggregate<MediaState, MediaCommand, MediaEvent> = {
  name: 'media',
  decider: { initialState: initialMediaState, decide: decideMedia, evolve: evolveMedia },
  events: mediaEvents,
  commandTypes: mediaCommandTypes,
  streamOf: (command) => mediaStream(command.data.mediaId),
  needsState: true,
};
