import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ServiceState } from '../../scripts/services/state.js';
import { typescriptArguments } from '../support/typescript-child.js';

const script = join(import.meta.dirname, '../../scripts/services.ts');
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mediaflow-services-'));
});
afterAll(async () => {
  await services('down');
  rmSync(folder, { recursive: true });
});

interface Outcome {
  readonly exitCode: number;
  readonly output: string;
}

function services(...args: readonly string[]): Promise<Outcome> {
  return runWith({}, args);
}

function runWith(environment: NodeJS.ProcessEnv, args: readonly string[]): Promise<Outcome> {
  const options = { env: { ...process.env, SERVICES_STATE: folder, ...environment } };
  return new Promise((resolve) =>
    execFile(process.execPath, typescriptArguments(script, ...args), options, (error, stdout, stderr) =>
      resolve({ exitCode: Number(error?.code ?? 0), output: stdout + stderr }),
    ),
  );
}

const stateOf = (name: string): ServiceState | undefined =>
  JSON.parse(readFileSync(join(folder, 'state.json'), 'utf8'))[name];

it('a service is started once, is started anew when it was killed, and is gone with its data when it was ended', async () => {
  expect(await services('up', 'otlp')).toMatchObject({ exitCode: 0 });
  const first = stateOf('otlp');
  const address = first?.environment?.OTEL_EXPORTER_OTLP_ENDPOINT;
  expect(await (await fetch(`${address}/spans`)).json()).toEqual([]);
  expect(await services('up', 'otlp')).toMatchObject({ output: expect.stringContaining('runs already') });
  expect(stateOf('otlp')).toEqual(first);
  expect(await services('env', 'otlp')).toMatchObject({
    exitCode: 0,
    output: expect.stringContaining(`export OTEL_EXPORTER_OTLP_ENDPOINT='${address}'`),
  });

  process.kill(first?.pid ?? 0, 'SIGKILL');
  await expect.poll(() => services('status', 'otlp')).toMatchObject({ exitCode: 1 });
  expect(await services('up', 'otlp')).toMatchObject({ exitCode: 0 });
  const second = stateOf('otlp');
  expect(second?.pid).not.toBe(first?.pid);
  expect(existsSync(first?.folder ?? '')).toBe(false);

  expect(await services('down')).toMatchObject({ exitCode: 0 });
  expect(existsSync(second?.folder ?? '')).toBe(false);
  expect(await services('down')).toMatchObject({ exitCode: 0 });
  expect(await services('status', 'otlp')).toMatchObject({ exitCode: 1 });
});

it('what a service lacks is named, with how to get it, and nothing passes for started', async () => {
  const PATH = [dirname(process.execPath)].join(delimiter);
  const { exitCode, output } = await runWith({ PATH }, ['up', 'redis', 'kafka']);
  expect(exitCode).toBe(1);
  expect(output).toMatch(/redis .*MISSING.*apt-get install redis-server/);
  expect(output).toMatch(/kafka .*MISSING.*apt-get install openjdk-17-jre-headless/);
  expect(await services('status', 'redis')).toMatchObject({ exitCode: 1 });
});

it('a service that is not known is refused, with the names there are', async () => {
  const { exitCode, output } = await services('up', 'mongodb');
  expect(exitCode).toBe(2);
  expect(output).toContain('postgres, redis, kafka, s3, otlp');
});
