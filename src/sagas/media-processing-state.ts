import { stepsOfVersion1 } from '../domain/media/steps/plan-of-version-1.js';
import type { StepKind } from '../domain/media/steps/step-name.js';
import type { ItemInProgress } from '../domain/media/steps/step-row.js';
import type { PlanProgress } from './plan-progress.js';

/** What jobs have to be told about the item, gathered as events bring it, and how far its plan is carried out. */
export interface MediaProcessingState extends Omit<ItemInProgress, 'mediaId'> {
  readonly progress: PlanProgress;
}

/** What was kept of an item while the order of its steps stood in the code of this process. */
export interface StateOfEarlierReleases extends Omit<MediaProcessingState, 'progress'> {
  readonly previewRungs: readonly string[];
  /** Absent in states of releases that drew the poster with the storyboard. */
  readonly posterIsApart?: boolean;
  /** Steps that had to end before those held back might begin. */
  readonly awaited?: readonly StepKind[];
  readonly held: readonly StepKind[];
}

/** Items that were begun by an earlier release go on where they are. */
export function stateOf(stored: MediaProcessingState | StateOfEarlierReleases): MediaProcessingState {
  if ('progress' in stored) return stored;
  const { blobKey, probe, ladder, audio } = stored;
  return { blobKey, probe, ladder, audio, progress: progressOf(stored) };
}

function progressOf({
  ladder,
  previewRungs,
  posterIsApart,
  held,
  ...stored
}: StateOfEarlierReleases): PlanProgress {
  // Before there was a list, the ladder waited for the preview and all else for moderation.
  const awaited = stored.awaited ?? [
    ...new Set(held.map((step) => (step === 'transcode' ? 'preview' : 'moderate'))),
  ];
  const kinds: StepKind[] = [
    ...(posterIsApart ? (['poster'] as const) : []),
    ...(previewRungs.length > 0 ? (['preview'] as const) : []),
    ...(['transcode', 'thumbnails', 'moderate', 'tag'] as const),
  ];
  const steps = stepsOfVersion1({ steps: kinds, ladder, previewRungs }).map((planned) =>
    held.some((step) => step === planned.step) ? { ...planned, after: [...awaited] } : planned,
  );
  return {
    steps: ladder.length > 0 || held.length > 0 ? steps : [],
    open: awaited,
    waiting: held,
    released: [],
  };
}
