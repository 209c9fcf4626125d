import { noTracer } from '../../src/core/tracer.js';
import type { Observing } from '../../src/observing/observing.js';

/** For what is tested without anybody looking on. */
export const unobserved: Observing = {
  metrics: { add() {}, set() {}, forget() {}, observe() {} },
  tracer: noTracer,
};
