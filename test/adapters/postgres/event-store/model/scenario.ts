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

/** What goes wrong meanwhile. */
export type Disturbance =
  | { readonly kind: 'terminate-backends' }
  | { readonly kind: 'lose-answer' }
  /** A raw writer takes the lock and writes, stops until the log's other writers wait for it, and ends so. */
  | { readonly kind: 'stalled-writer'; readonly end: 'commit' | 'rollback' | 'terminated' };

export interface Scenario {
  readonly processes: number;
  readonly streams: number;
  readonly writers: readonly (readonly WriterStep[])[];
  readonly disturbances: readonly Disturbance[];
}

const step: fc.Arbitrary<WriterStep> = fc.record({
  stream: fc.nat({ max: 5 }),
  count: fc.integer({ min: 1, max: 4 }),
  belief: fc.constantFrom('right', 'right', 'right', 'stale', 'any', 'no-stream'),
  copies: fc.constantFrom(1, 1, 1, 2),
  repeatElsewhere: fc.boolean(),
});

const disturbance: fc.Arbitrary<Disturbance> = fc.oneof(
  fc.record({ kind: fc.constant('terminate-backends' as const) }),
  fc.record({ kind: fc.constant('lose-answer' as const) }),
  fc.record({
    kind: fc.constant('stalled-writer' as const),
    end: fc.constantFrom('commit' as const, 'rollback' as const, 'terminated' as const),
  }),
);

export const scenario: fc.Arbitrary<Scenario> = fc.record({
  processes: fc.integer({ min: 1, max: 4 }),
  streams: fc.integer({ min: 1, max: 6 }),
  writers: fc.array(fc.array(step, { minLength: 4, maxLength: 12 }), { minLength: 2, maxLength: 8 }),
  disturbances: fc.array(disturbance, { maxLength: 5 }),
});
