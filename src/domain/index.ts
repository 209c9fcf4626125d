import { type LiveCommand, live } from './live/live.js';
import { type LiveEvent, liveEvents } from './live/live-events.js';
import { media } from './media/media.js';
import type { MediaCommand } from './media/media-commands.js';
import { type MediaEvent, mediaEvents } from './media/media-events.js';
import { type ModelCommand, model } from './model/model.js';
import { type ModelEvent, modelEvents } from './model/model-events.js';
import {
  type RecommendationCommand,
  type RecommendationEvent,
  recommendation,
  recommendationEvents,
} from './recommendation/recommendation.js';
import { type TaxonomyCommand, type TaxonomyEvent, taxonomy, taxonomyEvents } from './taxonomy/taxonomy.js';
import { type ViewerCommand, type ViewerEvent, viewer, viewerEvents } from './viewer/viewer.js';

/** Every event the product knows. */
export type MediaFlowEvent =
  | MediaEvent
  | ViewerEvent
  | RecommendationEvent
  | ModelEvent
  | LiveEvent
  | TaxonomyEvent;
/** Every command the product knows. */
export type MediaFlowCommand =
  | MediaCommand
  | ViewerCommand
  | RecommendationCommand
  | ModelCommand
  | LiveCommand
  | TaxonomyCommand;

export const aggregates = { media, viewer, recommendation, model, live, taxonomy };
export const eventDefinitions = {
  ...mediaEvents,
  ...viewerEvents,
  ...recommendationEvents,
  ...modelEvents,
  ...liveEvents,
  ...taxonomyEvents,
};
