import { readdirSync, readFileSync } from 'node:fs';
import { parser } from '@prometheus-io/lezer-promql';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { metricNames } from './metric-names.js';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly annotations: { readonly runbook_url: string };
}
const rules = (parse(read('deploy/prometheus/alerts.yml')) as { groups: { rules: Rule[] }[] }).groups.flatMap(
  (group) => group.rules,
);

interface Panel {
  readonly title: string;
  readonly targets: readonly { readonly expr: string }[];
}
const dashboards = 'deploy/grafana/dashboards';
const panels = readdirSync(new URL(`../../${dashboards}`, import.meta.url)).flatMap((file) =>
  (JSON.parse(read(`${dashboards}/${file}`)) as { panels: Panel[] }).panels.map(
    (panel) => [`${file}: ${panel.title}`, panel] as const,
  ),
);

/** The names of metrics that a query asks for; throws where it is no PromQL. */
function metricsIn(query: string): string[] {
  // Grafana puts a duration in its place.
  const promQl = query.replaceAll('$__rate_interval', '5m');
  const names: string[] = [];
  parser.parse(promQl).iterate({
    enter({ type, from, to }) {
      if (type.isError) throw new Error(`No PromQL at ${from}: ${promQl}`);
      if (type.name === 'VectorSelector') {
        const name = promQl.slice(from, to).match(/^[a-zA-Z_:][\w:]*/)?.[0];
        if (name) names.push(name);
      }
    },
  });
  return names;
}

/** What Prometheus tells by itself. */
const OF_PROMETHEUS = ['up', 'ALERTS'];
const known = new Set([...OF_PROMETHEUS, ...(await metricNames())]);
const unknownIn = (query: string) => metricsIn(query).filter((name) => !known.has(name));

test('a query that is none is found, and so are names that nobody tells', () => {
  expect(() => metricsIn('sum(rate(jobs[5m]')).toThrow();
  expect(unknownIn('sum by (kind) (rate(no_such_total{kind="a"}[5m])) / max(up)')).toEqual(['no_such_total']);
});

test.each(panels)('%s asks for metrics that there are', (_, { targets }) => {
  expect(targets.length).toBeGreaterThan(0);
  for (const { expr } of targets) {
    expect(metricsIn(expr).length).toBeGreaterThan(0);
    expect(unknownIn(expr)).toEqual([]);
  }
});

describe.each(rules.map((rule) => [rule.alert, rule] as const))('the alert %s', (alert, rule) => {
  test('asks for metrics that there are', () => {
    expect(unknownIn(rule.expr)).toEqual([]);
  });

  test('has a place in the runbook', () => {
    const [page = '', anchor] = rule.annotations.runbook_url.split('#');
    expect(anchor).toBe(alert.toLowerCase());
    const headings = [...read(page).matchAll(/^#+ (.+)$/gm)].map(([, heading]) => heading);
    expect(headings).toContain(alert);
  });

  test('is tried', () => {
    expect(read('deploy/prometheus/alerts.test.yml')).toContain(`alertname: ${alert}\n`);
  });
});
