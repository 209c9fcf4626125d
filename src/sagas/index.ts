import { forgetting } from './forgetting.js';
import { liveWatch } from './live-watch.js';
import { mediaProcessing } from './media-processing.js';
import { metadata } from './metadata.js';
import { modelTraining } from './model-training.js';
import { recommendation } from './recommendation.js';

/** Every process the product runs. */
export const sagas = [mediaProcessing, recommendation, modelTraining, forgetting, liveWatch, metadata];
