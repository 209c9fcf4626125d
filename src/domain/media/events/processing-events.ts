import { z } from 'zod';
import type { EventDefinitions } from '../../../core/event.js';
import type { JsonObject, JsonValue } from '../../../core/json.js';
import { wholeReasons } from '../chunks.js';
import { audioRungSchema, mediaKindSchema, probeSchema, rungSchema } from '../media-values.js';
import { leftOutRungSchema } from '../shorter-ladder.js';
import { type PlanOfVersion1, stepsOfVersion1 } from '../steps/plan-of-version-1.js';
import { plannedStepSchema } from '../steps/planned-step.js';
import { stepNameSchema } from '../steps/step-name.js';
import { failure, media } from './event-fields.js';

const step = { ...media, step: stepNameSchema, attempt: z.int().positive(), jobId: z.string() };

/** Until version 2 of `MediaProbed` a file was taken at its word: its packets were not looked at. */
const asTold = (probe: JsonValue | undefined): JsonObject => {
  const { video, ...rest } = probe as JsonObject;
  return { ...rest, video: video ? { ...(video as JsonObject), durationSeconds: null } : null, leftOut: [] };
};

/** Until version 3 of `MediaProbed` every item was a video. */
const withoutImage = (probe: JsonValue | undefined): JsonObject => ({
  ...(probe as JsonObject),
  image: null,
  photo: null,
});

/** Until version 4 of `MediaProbed` no item was sound alone. */
const withoutSong = (probe: JsonValue | undefined): JsonObject => ({
  ...(probe as JsonObject),
  ...{ cover: null, song: null },
});

/** Until version 2 of `ProcessingPlanned` its steps were names. */
const asPlannedSteps = ({ previewRungs, ...plan }: JsonObject): JsonObject => ({
  ...plan,
  steps: stepsOfVersion1({ ...plan, previewRungs } as unknown as PlanOfVersion1),
});

/** What a camera or a person wrote into the file: names, places. */
const personalOfProbe = {
  ...{ 'probe.tags': {}, 'probe.photo': null, 'probe.song': null },
  ...{ 'probe.trackTitles': {}, 'probe.chapters': [] },
};

/** What is to be done with an item, and how far it has come. */
export const processingEvents = {
  MediaProbed: {
    summary: 'What the file is: container, streams, duration, size, rotation, colour.',
    version: 4,
    schema: z.object({ ...media, kind: mediaKindSchema, probe: probeSchema }),
    upcasters: {
      1: ({ probe, ...rest }) => ({ ...rest, probe: asTold(probe) }),
      2: ({ probe, ...rest }) => ({ ...rest, probe: withoutImage(probe) }),
      3: ({ probe, ...rest }) => ({ ...rest, probe: withoutSong(probe) }),
    },
    personal: personalOfProbe,
  },
  ProcessingPlanned: {
    summary: 'The steps this item goes through and the ladder it is transcoded to.',
    version: 2,
    schema: z.object({
      ...media,
      steps: z.array(plannedStepSchema),
      ladder: z.array(rungSchema),
      audio: audioRungSchema.nullable(),
      whole: z
        .enum(wholeReasons)
        .optional()
        .describe('Why a film that is long enough for it is not encoded in chunks'),
      leftOutRungs: z
        .array(leftOutRungSchema)
        .optional()
        .describe('Rungs that would show nothing more than others of this very video'),
    }),
    upcasters: { 1: asPlannedSteps },
  },
  ProcessingExtended: {
    summary:
      'The file was looked at once more: what is found in it now, and the steps that the item did not have before.',
    version: 1,
    schema: z.object({ ...media, probe: probeSchema, steps: z.array(plannedStepSchema) }),
    personal: personalOfProbe,
  },
  StepStarted: {
    summary: 'A worker took up a step.',
    version: 1,
    schema: z.object(step),
  },
  StepProgressed: {
    summary: 'How far a long step has come, told a few times at the most.',
    version: 1,
    schema: z.object({ ...step, fraction: z.number().min(0).max(1) }),
  },
  StepCompleted: {
    summary: 'A step is done; its results are in the events beside it.',
    version: 1,
    schema: z.object(step),
  },
  StepAttemptFailed: {
    summary: 'One attempt at a step failed; it is tried again at `retryAt`.',
    version: 1,
    schema: z.object({ ...step, ...failure, retryAt: z.string().nullable() }),
  },
  StepFailed: {
    summary: 'A step failed for good; it stays so until somebody retries it.',
    version: 1,
    schema: z.object({ ...step, ...failure }),
  },
  StepsCancelled: {
    summary: 'These steps are let go of, begun or not: the item is rejected or deleted.',
    version: 1,
    schema: z.object({ ...media, steps: z.array(stepNameSchema) }),
  },
  ProcessingFailed: {
    summary: 'The item cannot be published because a step it needs failed for good.',
    version: 1,
    schema: z.object({ ...media, step: stepNameSchema, ...failure }),
  },
  ProcessingRetried: {
    summary:
      'Steps that failed, or were cancelled by a rejection since overruled, are done again; or the file is looked at once more.',
    version: 1,
    schema: z.object({
      ...media,
      steps: z.array(stepNameSchema),
      wasFailed: z.boolean().describe('The item as a whole had failed, and is being processed again'),
    }),
  },
} as const satisfies EventDefinitions;
