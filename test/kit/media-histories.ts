import fc from 'fast-check';
import { MediaFlowError } from '../../src/core/errors.js';
import { media } from '../../src/domain/media/media.js';
import type { MediaCommand } from '../../src/domain/media/media-commands.js';
import type { MediaEvent } from '../../src/domain/media/media-events.js';
import type { MediaState } from '../../src/domain/media/media-state.js';
import { DEFAULT_MODERATION_POLICY } from '../../src/domain/media/moderation-policy-document.js';
import { type StepKind, stepKinds } from '../../src/domain/media/steps/step-name.js';
import { stepTable } from '../../src/domain/media/steps/step-table.js';
import { deepFreeze } from './deep-freeze.js';
import { filesOf, isDrawn, recordFilesOf } from './derivatives.js';
import {
  framesFor,
  mediaId,
  model,
  photograph,
  probe,
  pullAnswer,
  pulled,
  pullRequest,
  quality,
  registration,
  rendition,
} from './media-fixtures.js';
import { measured, song, songWithCover, soundRendition } from './sound-fixtures.js';

const isExtra = (kind: StepKind) => stepTable[kind].whenFailed === 'item_goes_on';
/** However many extras there are, most steps are such as an item needs to get on. */
const anyKind = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...stepKinds.filter((kind) => !isExtra(kind))) },
  { weight: 2, arbitrary: fc.constantFrom(...stepKinds.filter(isExtra)) },
);
const anyAttempt = fc.record({
  mediaId: fc.constant(mediaId),
  step: anyKind,
  attempt: fc.integer({ min: 1, max: 2 }),
  jobId: fc.constantFrom('j1', 'j2'),
});
const anyProbe = fc.constantFrom(
  song,
  songWithCover,
  probe,
  { ...probe, durationSeconds: 600 },
  { ...probe, audio: [] },
  photograph,
);
const anyRenditions = fc.subarray([
  rendition('360p'),
  { ...rendition('audio'), kind: 'audio' as const },
  rendition('234p'),
]);
const anyOutcome = fc.constantFrom('approved', 'approved', 'rejected', 'in_review' as const);

export const command = <Type extends MediaCommand['type']>(type: Type, data: object) =>
  ({ type, data: { mediaId, ...data } }) as unknown as MediaCommand;
const poster = { blobKey: 'p', atSeconds: 1 };
const tiles = { columns: 1, rows: 1, tileWidth: 2, tileHeight: 2, tileCount: 1, intervalSeconds: 1 };

const at = '2026-11-21T10:00:00.000Z';
const twoPeople = { ...DEFAULT_MODERATION_POLICY, fourEyes: ['approve', 'reject'] };
const anySaid = fc.record({
  reason: fc.constant('because'),
  reviewer: fc.constantFrom('ada', 'ada', 'bea'),
  at: fc.constant(at),
  policy: fc.constantFrom(DEFAULT_MODERATION_POLICY, DEFAULT_MODERATION_POLICY, twoPeople),
});

const fromOutside = fc.oneof(
  fc.constant<MediaCommand>(registration),
  fc.constant<MediaCommand>(pullRequest),
  fc.constant(command('CompleteUpload', { blobKey: 'k', sizeBytes: 1, sha256: 'ab' })),
  fc.constant(command('FailUpload', { code: 'empty_file', message: 'empty' })),
  fc
    .record({ title: fc.constantFrom('New', 'Clip'), mayBeRepeated: fc.boolean() })
    .map((change) => command('ChangeMediaDetails', { ...change, tags: ['b'] })),
  fc
    .tuple(anySaid, fc.constantFrom('approve', 'reject'))
    .map(([said, decision]) => command('ReviewMedia', { ...said, decision })),
  anySaid.map((said) => command('TakeDownMedia', said)),
  anySaid.map((said) => command('ClaimReview', said)),
  fc.constant(command('ReleaseReview', { reviewer: 'ada' })),
  fc.constant(command('AppealDecision', { text: 'It is fine', appellant: 'carl' })),
  fc
    .constantFrom('RetryProcessing', 'ExtendProcessing', 'DeleteMedia', 'ConfirmPurge', 'RecordPurge')
    .map((type) => command(type, {})),
  fc.constant(command('FailPurge', { code: 'c', message: 'm' })),
);
const fromWorkers = fc.oneof(
  { weight: 4, arbitrary: anyAttempt.map((held) => command('StartStep', held)) },
  anyAttempt.map((held) => command('ReportStepProgress', { ...held, fraction: 0.5 })),
  fc
    .tuple(anyAttempt, fc.boolean())
    .map(([held, final]) => command('FailStep', { ...held, code: 'c', message: 'm', final, retryAt: null })),
  fc.tuple(anyAttempt, anyProbe).map(([held, found]) => command('RecordProbe', { ...held, probe: found })),
  anyAttempt.map((held) => command('RecordChunk', { ...held, chunk: { blobPrefix: 'c', sizeBytes: 1 } })),
  fc
    .tuple(anyAttempt, anyRenditions)
    .map(([held, renditions]) => command('RecordRenditions', { ...held, renditions })),
  anyAttempt.map((held) => command('RecordPullAnswer', { ...held, ...pullAnswer })),
  anyAttempt.map((held) => command('RecordPull', { ...held, ...pulled })),
  anyAttempt.map((held) => command('RecordPoster', { ...held, poster })),
  anyAttempt.filter(({ step }) => isDrawn(step)).map(recordFilesOf),
  anyAttempt.map((held) =>
    command('RecordThumbnails', {
      ...held,
      poster: null,
      storyboard: { blobPrefix: 's', sprites: ['a.jpg'], ...tiles },
    }),
  ),
  fc.tuple(anyAttempt, anyOutcome).map(([held, outcome]) =>
    command('RecordModeration', {
      ...held,
      model,
      frames: framesFor(outcome),
      policy: DEFAULT_MODERATION_POLICY,
      missedParts: 0,
    }),
  ),
  fc
    .tuple(anyAttempt, fc.boolean())
    .filter(([{ step }]) => step === 'sound')
    .map(([held, isAll]) =>
      command('RecordSound', {
        ...{ ...held, sound: measured, derivatives: filesOf(held) },
        renditions: isAll ? [soundRendition('64k'), soundRendition('128k')] : [soundRendition('64k')],
      }),
    ),
  fc
    .tuple(anyAttempt, fc.option(anyOutcome), fc.constantFrom('publish', 'review'))
    .map(([held, outcome, sound]) =>
      command('RecordSoundModeration', {
        ...held,
        seen: outcome && { model, frames: framesFor(outcome) },
        policy: { ...DEFAULT_MODERATION_POLICY, sound },
      }),
    ),
  anyAttempt.map((held) => command('RecordCaptions', { ...held, model, derivatives: [], texts: [] })),
  anyAttempt.map((held) => command('RecordText', { ...held, model, derivatives: [], texts: [] })),
  anyAttempt.map((held) => command('RecordQuality', { ...held, quality })),
  anyAttempt.map((held) => command('RecordTags', { ...held, model, tags: [] })),
);

/** A worker that takes up a step and ends it in its own kind of result: what makes long histories likely. */
const wholeStep = fc
  .tuple(anyAttempt, anyProbe, anyRenditions, anyOutcome, fc.integer({ min: 0, max: 5 }))
  .map(([held, found, renditions, outcome, luck]) => {
    const failed = command('FailStep', { ...held, code: 'c', message: 'm', final: true, retryAt: null });
    const moderated = command('RecordModeration', {
      ...held,
      model,
      frames: framesFor(outcome),
      policy: DEFAULT_MODERATION_POLICY,
      missedParts: 0,
    });
    const results: Partial<Record<StepKind, MediaCommand>> = {
      pull: command('RecordPull', { ...held, ...pulled }),
      probe: command('RecordProbe', { ...held, probe: found }),
      preview: command('RecordRenditions', { ...held, renditions }),
      transcode: command('RecordRenditions', { ...held, renditions }),
      poster: command('RecordPoster', { ...held, poster }),
      thumbnails: failed,
      moderate: moderated,
      'moderate-image': moderated,
      quality: command('RecordQuality', { ...held, quality }),
      tag: command('RecordTags', { ...held, model, tags: [] }),
      'tag-image': command('RecordTags', { ...held, model, tags: [] }),
    };
    return [command('StartStep', held), luck === 0 ? failed : (results[held.step] ?? recordFilesOf(held))];
  });
const begun = [registration, command('CompleteUpload', { blobKey: 'k', sizeBytes: 1, sha256: 'ab' })];
const pulledItem = [
  ...[pullRequest, command('StartStep', { mediaId, step: 'pull', attempt: 1, jobId: 'j1' })],
  command('RecordPull', { mediaId, step: 'pull', attempt: 1, jobId: 'j1', ...pulled }),
];
const wholeProbe = anyProbe.map((found) => {
  const held = { mediaId, step: 'probe', attempt: 1, jobId: 'j1' };
  return [command('StartStep', held), command('RecordProbe', { ...held, probe: found })];
});
/** What clients and workers may ask of an item, sensible or not, often enough far into its life. */
export const anyHistory = fc
  .tuple(
    fc.oneof(
      { weight: 1, arbitrary: fc.constant<MediaCommand[]>([]) },
      { weight: 4, arbitrary: fc.constant(begun) },
      { weight: 1, arbitrary: fc.constant<MediaCommand[]>([pullRequest]) },
      { weight: 1, arbitrary: fc.constant(pulledItem) },
    ),
    fc.oneof({ weight: 1, arbitrary: fc.constant<MediaCommand[]>([]) }, { weight: 5, arbitrary: wholeProbe }),
    fc.array(
      fc.oneof(
        { weight: 8, arbitrary: wholeStep },
        fromOutside.map((one) => [one]),
        fromWorkers.map((one) => [one]),
      ),
      // Else fast-check keeps lists short, and hardly one history in fifty would reach publication.
      { maxLength: 30, size: 'max' },
    ),
  )
  .map(([beginning, probed, rest]) => [...beginning, ...probed, ...rest.flat()]);

export interface Run {
  readonly events: readonly MediaEvent[];
  readonly state: MediaState;
}

/** Every command in turn, as the handler would give it; `eachStep` sees each append with what came before it. */
export function run(
  commands: readonly MediaCommand[],
  eachStep: (before: readonly MediaEvent[], appended: readonly MediaEvent[]) => void = () => {},
): Run {
  let state = deepFreeze(media.decider.initialState);
  const events: MediaEvent[] = [];
  for (const one of commands) {
    let appended: MediaEvent[] = [];
    try {
      appended = deepFreeze(media.decider.decide(deepFreeze(one), state));
    } catch (error) {
      if (!(error instanceof MediaFlowError)) throw error;
    }
    eachStep(events, appended);
    for (const event of appended) state = deepFreeze(media.decider.evolve(state, event));
    events.push(...appended);
  }
  return { events, state };
}
