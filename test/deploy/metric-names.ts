import { createMetricsRegistry } from '../../src/adapters/prometheus/registry.js';
import { metricTable } from '../../src/observing/metric-table.js';

/** The names of all series that a process tells, those of Node itself too. */
export async function metricNames(): Promise<string[]> {
  const { body } = await createMetricsRegistry(metricTable, { exemplars: false }).text(undefined);
  return [...body.matchAll(/^# TYPE (\S+) (\S+)$/gm)].flatMap(([, name = '', kind]) =>
    kind === 'histogram' ? ['_bucket', '_count', '_sum'].map((ending) => `${name}${ending}`) : [name],
  );
}
