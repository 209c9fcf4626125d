import type { metricTable } from '../../src/observing/metric-table.js';
import { code, GENERATED, table } from './markdown.js';

/** `docs/metrics.md`, from the table that figures are made by. */
export function metricsPage(metrics: typeof metricTable): string {
  return `${[
    GENERATED,
    '# Metrics',
    'What `GET /metrics` of a process tells, for Prometheus, beside what Node tells of itself (`process_…`, `nodejs_…`). Counters and distributions are of the one process: sum them. Gauges of views, queues and sagas are asked of the database when somebody asks, so that several processes of a role tell the same: take `max by (…)`, but the sum of `follower_active`, `job_slots` and `job_slots_busy`. What cannot be asked is not told. Where traces are collected, a scraper that takes OpenMetrics is given examples (`trace_id`) with the distributions.',
    table(
      ['metric', 'kind', 'labels', 'what it says', 'from', 'what to do'],
      Object.entries(metrics).map(([name, { kind, labels, help, from, advice }]) => [
        code(name),
        kind,
        labels.map(code).join(', ') || '–',
        help,
        from,
        advice,
      ]),
    ),
  ].join('\n\n')}\n`;
}
