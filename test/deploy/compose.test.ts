import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { environmentSchema } from '../../src/apps/config.js';
import { ALL_ROLES } from '../../src/apps/roles.js';

interface Service {
  readonly image: string;
  readonly build?: string;
  readonly command?: readonly string[];
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly environment?: Readonly<Record<string, unknown>>;
  readonly networks: readonly string[];
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly healthcheck?: object;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly deploy?: { readonly resources: { readonly limits: object } };
}

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const text = read('docker-compose.yml');
const compose = parse(text, { merge: true }) as {
  services: Record<string, Service>;
  networks: Record<string, { internal?: boolean }>;
  volumes: Record<string, unknown>;
};
const services = Object.entries(compose.services);
const ours = services.filter(([, { build }]) => build !== undefined);
const serving = services.filter(([, { command }]) => command?.includes('--roles'));

test('each role has a service of its own, and no other', () => {
  expect(serving.map(([name]) => name)).toEqual([...ALL_ROLES]);
  for (const [name, { command }] of serving) expect(command).toEqual(['serve', '--roles', name]);
});

/** Those that keep or read what happened: the role inference has no state. */
const stateful = serving.filter(([name]) => name !== 'inference');

test('models are served before any engine is there', () => {
  expect(Object.keys(compose.services.inference?.depends_on ?? {})).toEqual([]);
  expect(compose.services.inference?.environment).not.toHaveProperty('DATABASE_URL');
  expect(compose.services.worker?.environment).toHaveProperty('INFERENCE_URL', 'grpc://inference:50051');
});

describe.each(stateful)('%s', (_, service) => {
  test('starts once every engine is well and what is made once has been made', () => {
    const conditions = Object.values(service.depends_on ?? {}).map(({ condition }) => condition);
    expect(conditions.sort()).toEqual([
      ...Array(3).fill('service_completed_successfully'),
      ...Array(5).fill('service_healthy'),
    ]);
    expect(service.healthcheck).toBeDefined();
  });
});

test.each(services)('%s is a version, not a name for whatever is newest', (_, { image }) => {
  expect(image).toMatch(/^(?:[a-z0-9.-]+\/)*[a-z0-9.-]+:(?:v?\d+\.\d+\.\d+[\w.-]*|\d+\.\d+-trixie|local)$/);
});

test.each(services)(
  '%s is bound to this machine where it is published at all, and else has no way out',
  (_, service) => {
    for (const port of service.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:/);
    expect(service.networks.includes('edge')).toBe(service.ports !== undefined);
    expect(compose.networks.inside?.internal).toBe(true);
  },
);

test.each(services.filter(([name]) => !['cli', 'migrate', 'topics', 'bucket'].includes(name)))(
  '%s has limits',
  (_, service) => {
    expect(Object.keys(service.deploy?.resources.limits ?? {})).toEqual(['cpus', 'memory']);
  },
);

test.each(ours)('%s writes to nothing of its image and has no rights', (_, service) => {
  expect(service.read_only).toBe(true);
  expect(service.cap_drop).toEqual(['ALL']);
});

test.each(ours)('%s is told nothing that nobody reads', (_, { environment = {} }) => {
  const ofOthers = /^(AWS|XDG|OTEL)_|^MEDIAFLOW_(URL|API_KEY)$/;
  const names = Object.keys(environment).filter((name) => !ofOthers.test(name));
  expect(names.filter((name) => !(name in environmentSchema.shape))).toEqual([]);
});

test('passwords have no defaults: they are demanded, and .env.example lists them all', () => {
  const demanded = new Set([...text.matchAll(/\$\{(\w+):\?/g)].map(([, name]) => name));
  const example = read('.env.example');
  expect([...example.matchAll(/^(\w+)=$/gm)].map(([, name]) => name).sort()).toEqual([...demanded].sort());
  const withDefaults = [...text.matchAll(/\$\{(\w+):-/g)].map(([, name]) => name ?? '');
  expect(withDefaults.filter((name) => /KEY|PASSWORD|SECRET/.test(name))).toEqual([]);
  for (const [, name] of text.matchAll(
    /(\w*(?:PASSWORD|SECRET_KEY|SECRET_ACCESS_KEY|API_KEYS?)): (?!\$\{\w+:\?)/g,
  ))
    expect(name).toBeUndefined();
});

test('what is mounted is there', () => {
  for (const [, { volumes = [] }] of services)
    for (const volume of volumes) {
      const source = volume.split(':')[0] ?? '';
      if (source.startsWith('./')) expect(existsSync(new URL(`../../${source}`, import.meta.url))).toBe(true);
      else expect(Object.keys(compose.volumes)).toContain(source);
    }
});

test('Prometheus looks at every role', () => {
  const prometheus = parse(read('deploy/prometheus/prometheus.yml'));
  expect(prometheus.scrape_configs[0].dns_sd_configs[0].names).toEqual([...ALL_ROLES]);
});
