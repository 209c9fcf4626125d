import { describe, expect, test } from 'vitest';
import { imageNames, widthsFor } from '../../src/domain/media/image-sizes.js';
import { media } from '../../src/domain/media/media.js';
import type { MediaCommand } from '../../src/domain/media/media-commands.js';
import type { MediaEvent } from '../../src/domain/media/media-events.js';
import { planProcessing } from '../../src/domain/media/steps/plan-processing.js';
import { stepRequest } from '../../src/domain/media/steps/step-request.js';
import { filesOf } from '../kit/derivatives.js';
import { type Specification, verify } from '../kit/given-when-then.js';
import {
  completed,
  heldBy,
  mediaId,
  moderated,
  photograph,
  published,
  registered,
  started,
  uploaded,
} from '../kit/media-fixtures.js';

test.each([
  [1, [320]],
  [320, [320]],
  [321, [320, 640]],
  [1000, [320, 640, 1280]],
  [2560, [320, 640, 1280, 1920, 2560]],
  [8000, [320, 640, 1280, 1920, 2560]],
])('a picture %i pixels wide is made in the widths below, and in the next', (width, widths) => {
  expect(widthsFor(width)).toEqual(widths);
});

test('there are three formats of five widths', () => {
  expect(imageNames).toHaveLength(15);
});

const plan = planProcessing(mediaId, 'image', photograph);
if (plan.type !== 'ProcessingPlanned') throw new Error('a plan');

test('a picture is drawn and moderated first, and looked at for tags when that is done', () => {
  expect(plan.data.steps).toEqual([
    { step: 'image', after: [], input: { widths: [320, 640, 1280, 1920, 2560] } },
    { step: 'moderate-image', after: [], input: {} },
    { step: 'tag-image', after: ['image', 'moderate-image'], input: {} },
    { step: 'text-image', after: ['image', 'moderate-image'], input: {} },
  ]);
});

test('who draws it is told what the probe found, and nothing of where it was taken', () => {
  const item = { mediaId, blobKey: 'k', probe: photograph, ladder: [], audio: null };
  const { payload } = stepRequest('image', { widths: [320] }, item);
  expect(payload).toMatchObject({ mediaId, blobKey: 'k', widths: [320], image: { width: 3024 } });
  expect(JSON.stringify(payload)).not.toMatch(/latitude|iPhone/);
});

const planned: readonly MediaEvent[] = [
  ...[registered, uploaded, started('probe')],
  { type: 'MediaProbed', data: { mediaId, kind: 'image', probe: photograph } },
  ...[completed('probe'), plan],
];
const held = heldBy('image');
const derivatives = filesOf(held).map((file) =>
  file.name.startsWith('image/') ? { ...file, name: 'image/320.webp' } : file,
);
const record: MediaCommand = { type: 'RecordDerivatives', data: { ...held, derivatives } };
const generated = derivatives.map(
  (file): MediaEvent => ({
    type: 'DerivativeGenerated',
    data: {
      mediaId,
      derivative: { ...file, contentType: file.name.endsWith('.webp') ? 'image/webp' : 'image/jpeg' },
    },
  }),
);

const specifications: Specification<MediaCommand, MediaEvent>[] = [
  {
    name: 'approved, with its files',
    given: [...planned, moderated('approved'), started('image')],
    when: record,
    then: [...generated, completed('image'), published],
  },
  {
    name: 'not before it is approved',
    given: [...planned, started('image')],
    when: record,
    then: [...generated, completed('image')],
  },
];

describe('a picture is published', () => {
  test.each(specifications)('$name', (specification) => verify(media.decider, specification));
});
