import {
  Counter,
  collectDefaultMetrics,
  Gauge,
  Histogram,
  type Metric,
  type OpenMetricsContentType,
  Registry,
} from 'prom-client';
import type { MetricDefinition, Metrics, MetricTable } from '../../core/metrics.js';
import { isSampled, traceIdOf } from '../../core/traceparent.js';

/** Sums of others, under names that Prometheus keeps for counters. */
const MISNAMED = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
];

const OPENMETRICS = /application\/openmetrics-text/;

export interface MetricsRegistry<Table extends MetricTable> extends Metrics<Table> {
  /** All figures, those of the process itself too, in the format that an `Accept` header asks for. */
  text(accept: string | undefined): Promise<{ readonly contentType: string; readonly body: string }>;
}

type LabelValues = Readonly<Record<string, string | number>>;

/** The figures of a table, and those of the process, for Prometheus. With `exemplars`, examples of traces in OpenMetrics. */
export function createMetricsRegistry<const Table extends MetricTable>(
  table: Table,
  { exemplars }: { readonly exemplars: boolean },
): MetricsRegistry<Table> {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  for (const name of MISNAMED) registry.removeSingleMetric(name);
  const made = Object.entries(table).map(([name, definition]) => [name, metricOf(name, definition)] as const);
  const byName = new Map<string, Counter | Gauge | Histogram>(made);
  // It takes examples for what only the other format has, and would refuse them if it were told of this one before.
  for (const metric of byName.values()) registry.registerMetric(metric);

  function metricOf(name: string, definition: MetricDefinition): Counter | Gauge | Histogram {
    const { kind, help, labels, buckets = [] } = definition;
    const options = { name, help, labelNames: labels, registers: [] };
    if (kind === 'counter') return new Counter(options);
    if (kind === 'gauge') return new Gauge(options);
    return new Histogram({ ...options, buckets: [...buckets], enableExemplars: exemplars });
  }

  return {
    add: (name, labels, amount = 1) => (byName.get(name) as Counter).inc(labels as LabelValues, amount),
    set: (name, labels, value) => (byName.get(name) as Gauge).set(labels as LabelValues, value),
    forget: (name) => (byName.get(name) as Gauge).reset(),
    observe(name, labels, value, traceparent = null) {
      const histogram = byName.get(name) as Histogram;
      if (!exemplars) return histogram.observe(labels as LabelValues, value);
      const isExample = traceparent !== null && isSampled(traceparent);
      histogram.observe({
        ...{ labels: labels as LabelValues, value },
        exemplarLabels: isExample ? { trace_id: traceIdOf(traceparent) ?? '' } : {},
      });
    },
    async text(accept) {
      const asked = exemplars && OPENMETRICS.test(accept ?? '') ? inOpenMetrics(registry) : registry;
      return { contentType: asked.contentType, body: await asked.metrics() };
    },
  };
}

/** The same metrics: prom-client renames what it writes in this format, so that it is given things of its own to rename. */
function inOpenMetrics(registry: Registry): Registry<OpenMetricsContentType> {
  const other = new Registry<OpenMetricsContentType>();
  other.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  for (const metric of registry.getMetricsAsArray() as unknown as WrittenMetric[]) {
    const renamed: WrittenMetric = {
      ...{ name: metric.name, type: metric.type },
      getForPromString: async () => ({
        ...(await (metric.getForPromString?.() ?? metric.get?.())),
        name: renamed.name,
      }),
    };
    other.registerMetric(renamed as unknown as Metric);
  }
  return other;
}

/** What a registry makes use of when it writes; its types show less. */
interface WrittenMetric {
  readonly name: string;
  readonly type: string;
  getForPromString?(): Promise<object>;
  get?(): Promise<object>;
}
