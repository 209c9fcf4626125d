import fc from 'fast-check';

export type Disturbance =
  | { readonly kind: 'terminate-backends' }
  | { readonly kind: 'lose-answer' }
  /** A raw writer takes the lock and writes, stops until the log's other writers wait for it, and ends so. */
  | { readonly kind: 'stalled-writer'; readonly end: 'commit' | 'rollback' | 'terminated' };

const disturbance: fc.Arbitrary<Disturbance> = fc.oneof(
  fc.record({ kind: fc.constant('terminate-backends' as const) }),
  fc.record({ kind: fc.constant('lose-answer' as const) }),
  fc.record({
    kind: fc.constant('stalled-writer' as const),
    end: fc.constantFrom('commit' as const, 'rollback' as const, 'terminated' as const),
  }),
);

export const disturbances = fc.array(disturbance, { maxLength: 5 });
