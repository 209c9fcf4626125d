import type { Metrics } from '../core/metrics.js';
import type { Tracer } from '../core/tracer.js';
import type { metricTable } from './metric-table.js';

export type Measures = Metrics<typeof metricTable>;

/** Where what goes through the ports is told. */
export interface Observing {
  readonly metrics: Measures;
  readonly tracer: Tracer;
}

/** Seconds since a moment of `performance.now()`. */
export const secondsSince = (startedAt: number): number => (performance.now() - startedAt) / 1000;

/** A moment of `performance.now()` as a span has it. */
export const instantOf = (startedAt: number): number => performance.timeOrigin + startedAt;
