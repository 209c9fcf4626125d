import { z } from 'zod';
import { type StepKind, type StepName, stepKindOf } from './step-name.js';
import type { ItemInProgress, StepRow, WantedStep } from './step-row.js';
import { weightOf } from './step-weight.js';

const video = ({ mediaId, blobKey, probe }: ItemInProgress) => {
  if (!probe?.video) throw new Error(`Media ${mediaId} has no picture that a step could be about`);
  return { mediaId, blobKey, video: probe.video, durationSeconds: probe.durationSeconds };
};
const weight = ({ probe }: ItemInProgress) => (probe ? weightOf(probe.durationSeconds) : undefined);

const nothing = z.object({});
/** Plans of earlier releases have no step for the poster: it came with the storyboard. */
const storyboard = z.object({ withPoster: z.boolean().default(false) });
const once = (isUrgent: boolean) => (): WantedStep[] => [{ isUrgent, input: {} }];

/** Which rungs of the item's ladder a step makes, and whether its sound. */
const rungs = z.object({ rungs: z.array(z.string()), sound: z.boolean() });
const ladder = (item: ItemInProgress, input: z.infer<typeof rungs>) => ({
  ...video(item),
  rungs: item.ladder.filter(({ name }) => input.rungs.includes(name)),
  audio: input.sound ? item.audio : null,
});

const row = <Kind extends StepKind, Input extends z.ZodType>(of: StepRow<Kind, Input>) => of;

/**
 * What an item goes through after its upload. To add a step: a row here with its kind in `step-name`, its worker, and
 * the event its worker ends in.
 */
export const stepTable = {
  probe: row<'probe', typeof nothing>({
    media: ['video'],
    wanted: () => [], // The upload asks for it, and it ends in the plan.
    isPublishedWith: false,
    whenFailed: 'item_fails',
    input: nothing,
    payload: ({ mediaId, blobKey }) => ({ mediaId, blobKey }),
    weight: () => undefined,
  }),
  poster: row<'poster', typeof nothing>({
    media: ['video'],
    wanted: once(true),
    isPublishedWith: true,
    whenFailed: 'item_fails',
    input: nothing,
    payload: video,
    weight,
  }),
  preview: row<'preview', typeof rungs>({
    media: ['video'],
    wanted: ({ previewRungs }) =>
      previewRungs.length > 0 ? [{ isUrgent: true, input: { rungs: [...previewRungs], sound: true } }] : [],
    isPublishedWith: false, // Whichever of the two comes first makes the item playable.
    whenFailed: 'item_fails_unless_playable',
    input: rungs,
    payload: ladder,
    weight,
  }),
  transcode: row<'transcode', typeof rungs>({
    media: ['video'],
    wanted: (item) => {
      const others = item.ladder.map(({ name }) => name).filter((name) => !item.previewRungs.includes(name));
      const isFirst = item.previewRungs.length === 0;
      return [{ isUrgent: isFirst, input: { rungs: others, sound: isFirst } }];
    },
    isPublishedWith: false,
    whenFailed: 'item_fails_unless_playable',
    input: rungs,
    payload: ladder,
    weight,
  }),
  thumbnails: row<'thumbnails', typeof storyboard>({
    media: ['video'],
    wanted: once(false),
    isPublishedWith: false,
    whenFailed: 'item_goes_on',
    input: storyboard,
    payload: (item, input) => ({ ...video(item), ...(!input.withPoster && { posterIsApart: true }) }),
    weight,
  }),
  gif: row<'gif', typeof nothing>({
    media: ['video'],
    wanted: once(false),
    isPublishedWith: false,
    whenFailed: 'item_goes_on',
    input: nothing,
    payload: video,
    weight,
  }),
  moderate: row<'moderate', typeof nothing>({
    media: ['video'],
    wanted: once(true),
    isPublishedWith: false, // The approval is waited for, which a person may give as well.
    whenFailed: 'person_judges',
    input: nothing,
    payload: video,
    weight,
  }),
  tag: row<'tag', typeof nothing>({
    media: ['video'],
    wanted: once(false),
    isPublishedWith: false,
    whenFailed: 'item_goes_on',
    input: nothing,
    payload: video,
    weight,
  }),
} satisfies { readonly [Kind in StepKind]: StepRow<Kind> };

/** What holds of a step by its kind. */
export const stepRowOf = (name: StepName): Pick<StepRow<never>, 'isPublishedWith' | 'whenFailed'> =>
  stepTable[stepKindOf(name)];
