import { expect, test } from 'vitest';
import { planModerationSampling } from '../../src/domain/media/moderation-sampling.js';

test.each([
  [0.04, 16, 8],
  [30, 16, 8],
  [60, 16, 8],
  [240, 32, 16],
  [540, 48, 24],
  [7200, 48, 24],
])(
  'of %d s moderation looks at %d frames spread over it and at most %d unlike them',
  (seconds, spread, unlike) => {
    expect(planModerationSampling(seconds)).toEqual({ spreadFrames: spread, unlikeFrames: unlike });
  },
);
