import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

/** Opens tracing in a process of its own, and says what of OpenTelemetry was loaded; that nobody else loads it is a rule of imports. */
function loadedWith(environment: Readonly<Record<string, string>>): string[] {
  const script = `
    import { registerHooks } from 'node:module';
    const loaded = new Set();
    registerHooks({
      resolve(specifier, context, next) {
        const found = next(specifier, context);
        const name = /node_modules\\/(@opentelemetry\\/[^/]+)/.exec(found.url)?.[1];
        if (name) loaded.add(name);
        return found;
      },
    });
    const { readConfig } = await import('./src/apps/config.ts');
    const { openTracing } = await import('./src/apps/wire/open-tracing.ts');
    await import('./src/adapters/prometheus/registry.ts');
    const log = () => {};
    const logger = { debug: log, info: log, warn: log, error: log };
    const closing = [];
    const closers = { add: (name, close) => closing.push(close), closeAll: async () => {} };
    await openTracing({ config: readConfig(process.env), roles: [], version: '1', logger, closers });
    for (const close of closing) await close();
    console.log(JSON.stringify([...loaded].sort()));
    process.exit(0);`;
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [
      ...['--disable-warning=ExperimentalWarning', '--experimental-transform-types'],
      ...['--import', './test/support/run-typescript.mjs', '--input-type=module', '--eval', script],
    ],
    { env: { PATH: process.env.PATH ?? '', ...environment }, encoding: 'utf8' },
  );
  expect(stderr).toBe('');
  return JSON.parse(stdout) as string[];
}

const ENDPOINT = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' };

test('where nobody collects traces, nothing of OpenTelemetry is loaded but its API, which prom-client brings', () => {
  expect(loadedWith({})).toEqual(['@opentelemetry/api']);
  expect(loadedWith({ ...ENDPOINT, OTEL_SDK_DISABLED: 'true' })).toEqual(['@opentelemetry/api']);
}, 60_000);

test('where somebody does, its SDK is', () => {
  expect(loadedWith(ENDPOINT)).toContain('@opentelemetry/sdk-trace-base');
}, 60_000);
