import type { MediaKind } from '../../../core/media-kind.js';
import { kindTable } from '../kinds/kind-table.js';
import type { MediaEvent } from '../media-events.js';
import type { Probe } from '../media-values.js';
import { planSteps } from './plan-steps.js';

/** What is to be done with a file, once it is known what it is. */
export function planProcessing(mediaId: string, kind: MediaKind, probe: Probe): MediaEvent {
  const ladder = kindTable[kind].ladderOf(probe);
  const steps = planSteps({ kind, probe, ladder });
  return {
    type: 'ProcessingPlanned',
    data: { mediaId, steps, ladder: [...ladder.rungs], audio: ladder.audio },
  };
}
