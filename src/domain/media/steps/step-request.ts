import type { JobCancellationRequest, JobRequest } from '../../../core/job.js';
import type { JsonObject } from '../../../core/json.js';
import { type StepName, stepKindOf, stepPartOf, stepRowOf } from './step-name.js';
import type { ItemInProgress } from './step-row.js';

/** The job that does a step. Throws where input or item do not fit the step's row. */
export function stepRequest(step: StepName, input: JsonObject, item: ItemInProgress): JobRequest {
  const row = stepRowOf(step);
  const told = row.tell(item, row.input.parse(input));
  const payload = stepPartOf(step) === undefined ? told : { ...told, step };
  return {
    kind: stepKindOf(step),
    key: keyOf(item.mediaId, step),
    payload: payload as JsonObject,
    ...row.weight(item),
  };
}

/** Ends the jobs of these steps. */
export function stepCancellations(mediaId: string, steps: readonly StepName[]): JobCancellationRequest[] {
  const kindsByKey = Map.groupBy(steps, (step) => keyOf(mediaId, step));
  return [...kindsByKey].map(([key, names]) => ({ kinds: names.map(stepKindOf), key }));
}

/** Jobs of one kind and key run one after another, which the parts of an item need not. */
function keyOf(mediaId: string, step: StepName): string {
  const part = stepPartOf(step);
  return part === undefined ? mediaId : `${mediaId}/${part}`;
}
