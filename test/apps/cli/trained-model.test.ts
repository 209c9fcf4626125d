import { expect, test } from 'vitest';
import type { Model } from '../../../src/apps/cli/answers.js';
import { EXIT } from '../../../src/apps/cli/exit-codes.js';
import { exitCodeOfModel } from '../../../src/apps/cli/trained-model.js';

const withheld = { code: 'too_little_activity', message: 'Why.' };

test.each([
  ['may be used', null, EXIT.ok],
  ['may not be used', withheld, EXIT.withheld],
])('a training whose model %s tells a script so', (_, why, exitCode) => {
  const trained = { withheld: why } as Model['trained'];
  expect(exitCodeOfModel({ trained })).toBe(exitCode);
});
