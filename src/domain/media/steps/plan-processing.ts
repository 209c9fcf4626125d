import type { MediaKind } from '../../../core/media-kind.js';
import { type ChunkPolicy, type Cut, cutFilm } from '../chunks.js';
import { kindTable } from '../kinds/kind-table.js';
import type { MediaEvent } from '../media-events.js';
import type { Probe } from '../media-values.js';
import type { SuggestionUse } from '../metadata/metadata-values.js';
import type { Detail } from '../shorter-ladder.js';
import { planSteps } from './plan-steps.js';

/** What a plan depends on beside the file; left out, there is nothing of it. */
export interface PlanOptions {
  readonly chunking?: ChunkPolicy | undefined;
  readonly detail?: Detail | undefined;
  /** What becomes of what models suggest to it; undefined: nothing is suggested but to those who ask. */
  readonly suggestions?: SuggestionUse | undefined;
}

/** What is to be done with a file, once it is known what it is. */
export function planProcessing(
  mediaId: string,
  kind: MediaKind,
  probe: Probe,
  { chunking, detail, suggestions }: PlanOptions = {},
): Extract<MediaEvent, { type: 'ProcessingPlanned' }> {
  const ladder = kindTable[kind].ladderOf(probe, detail);
  const cut: Cut = chunking ? cutFilm(probe, chunking) : { chunks: null };
  const steps = planSteps({ kind, probe, ladder, chunks: cut.chunks, suggestions });
  return {
    type: 'ProcessingPlanned',
    data: {
      ...{ mediaId, steps, ladder: [...ladder.rungs], audio: ladder.audio },
      ...(cut.why && { whole: cut.why }),
      ...(ladder.leftOut && ladder.leftOut.length > 0 && { leftOutRungs: [...ladder.leftOut] }),
    },
  };
}
