import type { PlannedStep } from './planned-step.js';
import type { StepKind } from './step-name.js';

/** Until version 2 of `ProcessingPlanned` a plan named its steps, and what they meant stood in the code. */
export interface PlanOfVersion1 {
  readonly steps: readonly StepKind[];
  readonly ladder: readonly { readonly name: string }[];
  readonly previewRungs: readonly string[];
}

/** The same plan in the words of version 2; what it says is history, so it does not ask the step table. */
export function stepsOfVersion1({ steps, ladder, previewRungs }: PlanOfVersion1): PlannedStep[] {
  const hasPreview = previewRungs.length > 0;
  const isFirst = (step: StepKind) =>
    step === 'poster' || step === 'moderate' || step === (hasPreview ? 'preview' : 'transcode');
  const first = steps.filter(isFirst);
  const input = (step: StepKind): PlannedStep['input'] => {
    if (step === 'preview') return { rungs: [...previewRungs], sound: true };
    if (step === 'transcode')
      return {
        rungs: ladder.map(({ name }) => name).filter((name) => !previewRungs.includes(name)),
        sound: !hasPreview,
      };
    // Before the poster was a step, it was drawn with the storyboard.
    return step === 'thumbnails' && !steps.includes('poster') ? { withPoster: true } : {};
  };
  return steps.map((step) => ({ step, after: isFirst(step) ? [] : first, input: input(step) }));
}
