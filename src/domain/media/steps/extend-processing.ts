import type { MediaKind } from '../../../core/media-kind.js';
import type { MediaEvent } from '../media-events.js';
import type { MediaState } from '../media-state.js';
import type { Probe } from '../media-values.js';
import type { SuggestionUse } from '../metadata/metadata-values.js';
import { planProcessing } from './plan-processing.js';
import type { PlannedStep } from './planned-step.js';
import { stepKindOf, stepRowOf } from './step-name.js';

/**
 * What a plan of today has for an item that was planned before: steps of kinds that there were not, or for what was not seen
 * in its file. What is played of it stays as it is. Nothing where the file is taken for another kind of media by now.
 */
export function extendProcessing(
  mediaId: string,
  state: Pick<MediaState, 'kind' | 'steps' | 'mainSoundIndex'>,
  kind: MediaKind,
  probe: Probe,
  suggestions?: SuggestionUse,
): MediaEvent[] {
  if (kind !== state.kind) return [];
  const plan = planProcessing(mediaId, kind, probe, { suggestions });
  // The further tracks are those beside the one that plays already.
  const isOtherSound = plan.data.audio?.streamIndex !== state.mainSoundIndex;
  const mayFollow = ({ step }: PlannedStep): boolean => {
    const { whenFailed, isOfFirstPlanOnly = false } = stepRowOf(step);
    if (whenFailed !== 'item_goes_on' || isOfFirstPlanOnly) return false;
    return !(isOtherSound && stepKindOf(step) === 'audio-track');
  };
  const steps = plan.data.steps.filter((planned) => !(planned.step in state.steps) && mayFollow(planned));
  return [{ type: 'ProcessingExtended', data: { mediaId, probe, steps } }];
}
