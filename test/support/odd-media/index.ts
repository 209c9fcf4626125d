import { containers } from './containers.js';
import { foundElsewhere } from './found-elsewhere.js';
import type { OddMedium } from './odd-medium.js';
import { sounds } from './sounds.js';
import { texts } from './texts.js';
import { timestamps } from './timestamps.js';
import { tracks } from './tracks.js';

/** All of them; a row is added in the list it belongs to, a list here. */
export const oddMedia: readonly OddMedium[] = [
  ...containers,
  ...timestamps,
  ...tracks,
  ...sounds,
  ...texts,
  ...foundElsewhere,
];
