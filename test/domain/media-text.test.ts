import { test } from 'vitest';
import { media } from '../../src/domain/media/media.js';
import type { MediaCommand } from '../../src/domain/media/media-commands.js';
import type { MediaEvent } from '../../src/domain/media/media-events.js';
import { type Specification, verify } from '../kit/given-when-then.js';
import { completed, heldBy, model, planned, registered, started, uploaded } from '../kit/media-fixtures.js';

test.each(['text', 'text-image', 'captions'] as const)(
  'where there is nothing to be read or heard, %s is done, and nothing was made',
  (step) => {
    const nothing = { ...heldBy(step), model, derivatives: [], texts: [] };
    verify(media.decider, {
      name: step,
      given: [registered, uploaded, planned(step), started(step)],
      when: { type: step === 'captions' ? 'RecordCaptions' : 'RecordText', data: nothing },
      then: [completed(step)],
    } satisfies Specification<MediaCommand, MediaEvent>);
  },
);
