import fc from 'fast-check';

/** Every second subscription asks for events of this type alone: those that come one an append. */
export const FILTERED_TYPE = 'Rare';

/** What one append of a writer believes and does. */
export interface WriterStep {
  readonly stream: number;
  readonly count: number;
  /** `right`: the revision it just read; `stale`: an older one; the rest as in the port. */
  readonly belief: 'right' | 'stale' | 'any' | 'no-stream';
  /** How often the same append is made, at the same time. */
  readonly copies: number;
  /** The same append made once more through another process when it is done. */
  readonly repeatElsewhere: boolean;
}

export interface Scenario<Disturbance> {
  readonly processes: number;
  readonly streams: number;
  readonly writers: readonly (readonly WriterStep[])[];
  readonly disturbances: readonly Disturbance[];
}

const stepOf = (beliefs: readonly WriterStep['belief'][]): fc.Arbitrary<WriterStep> =>
  fc.record({
    stream: fc.nat({ max: 5 }),
    count: fc.integer({ min: 1, max: 4 }),
    belief: fc.constantFrom(...beliefs),
    copies: fc.constantFrom(1, 1, 1, 2),
    repeatElsewhere: fc.boolean(),
  });

/** What writers do while things go wrong in ways of the engine's own. */
export const scenarioWith = <Disturbance>(
  disturbances: fc.Arbitrary<readonly Disturbance[]>,
  beliefs: readonly WriterStep['belief'][] = ['right', 'right', 'right', 'stale', 'any', 'no-stream'],
): fc.Arbitrary<Scenario<Disturbance>> =>
  fc.record({
    processes: fc.integer({ min: 1, max: 4 }),
    streams: fc.integer({ min: 1, max: 6 }),
    writers: fc.array(fc.array(stepOf(beliefs), { minLength: 4, maxLength: 12 }), {
      minLength: 2,
      maxLength: 8,
    }),
    disturbances,
  });
