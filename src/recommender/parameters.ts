import type { DiversityParameters } from './diversify.js';
import type { NeighbourParameters } from './neighbours/likeness.js';

/** Of what a model is trained with. */
export interface ModelParameters {
  /** How much weights between items are held down. */
  readonly lambda: number;
  /** 0: everything anybody cared for teaches as much. The more, the less of somebody who cared for a lot. */
  readonly viewerExponent: number;
  /** Items fewer people cared for are left to their neighbours and tags. */
  readonly minimumPeople: number;
  /** The most cared for, which bounds time and room: of more, the rest is left to neighbours and tags. */
  readonly maximumItems: number;
  /** Of more, a sample chosen by the seed. */
  readonly maximumViewers: number;
  readonly neighbours: NeighbourParameters;
}

/** How much each thing that speaks for an item counts. */
export interface BlendWeights {
  /** What people with the same taste care for. */
  readonly ease: number;
  /** The same of items that the model has no weights for. */
  readonly neighbours: number;
  readonly content: number;
  /** On top of it for an item nobody cared for yet; the less the more people do. */
  readonly coldContent: number;
  readonly popularity: number;
  /** For an item published just now that nobody cared for yet. */
  readonly freshness: number;
  readonly freshHalfLifeDays: number;
  /** Of an item so many people cared for, half of what is said of cold ones holds. */
  readonly coldPeople: number;
}

/** Chosen on validation splits of MovieLens latest-small: see the bench `recommender`. */
export const MODEL_PARAMETERS: ModelParameters = {
  lambda: 100,
  viewerExponent: 0,
  minimumPeople: 2,
  maximumItems: 4096,
  maximumViewers: 100_000,
  neighbours: { neighbours: 100, shrinkage: 1, viewerExponent: 0.5 },
};

export const BLEND: BlendWeights = {
  ease: 1,
  neighbours: 1,
  content: 0.1,
  coldContent: 0.1,
  popularity: 0.01,
  freshness: 0.02,
  freshHalfLifeDays: 14,
  coldPeople: 3,
};

/**
 * For whoever liked nothing that the model knows, newcomers among them: nothing is known of people like them, and what most
 * people care for says more than what came just now.
 */
export const BLEND_WITHOUT_PEERS: BlendWeights = { ...BLEND, popularity: 0.1, freshness: 0.03 };

export const DIVERSITY: DiversityParameters = { relevance: 0.8, novelty: 0.75, pool: 100 };
