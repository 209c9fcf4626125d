import { z } from 'zod';
import type { JsonObject } from '../../src/core/json.js';
import type { AttemptOf, MediaCommandOf } from '../../src/domain/media/media-commands.js';
import { type StepName, stepRowOf } from '../../src/domain/media/steps/step-name.js';

const EXAMPLES: Readonly<Record<string, JsonObject[string]>> = {
  number: 1,
  integer: 1,
  string: 'a',
  boolean: true,
  array: [],
};

/** As JSON Schema has it: of what may be null as well, the first of its types is another. */
interface Property {
  readonly type?: string | readonly string[];
}

function exampleOf(schema: z.ZodObject): JsonObject {
  const { properties = {} } = z.toJSONSchema(schema);
  return Object.fromEntries(
    Object.entries(properties).map(([name, property]) => {
      const { type = '' } = property as Property;
      const example = EXAMPLES[[type].flat()[0] ?? ''];
      if (example === undefined) throw new Error(`Nobody has an example for ${name}: give one here`);
      return [name, example];
    }),
  );
}

/** One file of each kind that the row of a step promises, as its worker would tell of them. */
export const filesOf = (held: AttemptOf): MediaCommandOf<'RecordDerivatives'>['data']['derivatives'] =>
  (stepRowOf(held.step).derivatives ?? []).map(({ path, details }) => {
    const name = path.replace(':file', 'a');
    const blobKey = `media/${held.mediaId}/${held.step}/${held.jobId}-${held.attempt}/${name}`;
    return { name, blobKey, sizeBytes: 9, details: exampleOf(details) };
  });

/** What a worker ends in that has made the files of its step. */
export const recordFilesOf = (held: AttemptOf): MediaCommandOf<'RecordDerivatives'> => ({
  type: 'RecordDerivatives',
  data: { ...held, derivatives: filesOf(held) },
});

/** Whether a step ends in files alone, so that all there is to say of its end is in its row. */
export const isDrawn = (step: StepName): boolean => 'drawnBy' in stepRowOf(step) || step === 'image';
