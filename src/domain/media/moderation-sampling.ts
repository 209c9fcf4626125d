const FEWEST = 16;
const MOST = 48;
const FEWEST_UP_TO_SECONDS = 60;

/** How many frames moderation looks at: spread over the whole, and more that look unlike those. */
export interface ModerationSampling {
  readonly spreadFrames: number;
  readonly unlikeFrames: number;
}

/** More for what is longer, but by the root of the length: four times as long, twice as many. */
export function planModerationSampling(durationSeconds: number): ModerationSampling {
  const grown = Math.round(FEWEST * Math.sqrt(durationSeconds / FEWEST_UP_TO_SECONDS));
  const spreadFrames = Math.min(MOST, Math.max(FEWEST, grown));
  return { spreadFrames, unlikeFrames: Math.floor(spreadFrames / 2) };
}
