import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { findFreePort } from '../../src/adapters/embedded-postgres/free-port.js';
import { messageOf } from '../../src/core/errors.js';
import { endService } from './down.js';
import { type ServiceName, services } from './index.js';
import { alone } from './lock.js';
import { begunAt, isRunning } from './processes.js';
import { type Environment, MissingPrerequisite, type Service, type Started } from './service.js';
import { runningService, type ServiceState, saveState } from './state.js';

/** Between a port was found free and its use, another program may take it. */
const STARTS = 3;
const PATIENCE_MILLISECONDS = 90_000;

/** Starts those that do not run; false when one could not be. */
export async function up(names: readonly ServiceName[]): Promise<boolean> {
  const results = await alone(() => Promise.all(names.map(bringUp)));
  return results.every(Boolean);
}

async function bringUp(name: ServiceName): Promise<boolean> {
  const service: Service = services[name];
  const say = (progress: string) => console.error(`${name.padEnd(9)} ${progress}`);
  const running = runningService(name);
  if (running) {
    say(`runs already: ${describe(running.environment)}`);
    return true;
  }
  try {
    await endService(name);
    const begunAtMilliseconds = performance.now();
    await service.prepare(say);
    say(`starting ${service.title} …`);
    const environment = await startService(name, service);
    const seconds = ((performance.now() - begunAtMilliseconds) / 1000).toFixed(1);
    say(`ready after ${seconds} s: ${describe(environment)}`);
    return true;
  } catch (error) {
    say(error instanceof MissingPrerequisite ? `MISSING: ${error.message}` : `FAILED: ${messageOf(error)}`);
    await endService(name);
    return false;
  }
}

async function startService(name: ServiceName, service: Service): Promise<Environment> {
  for (let attempt = 1; ; attempt += 1) {
    const folder = await mkdtemp(join(tmpdir(), `mediaflow-${name}-`));
    const logFile = join(folder, 'server.log');
    const started = await service.start({ folder, logFile, freePort: findFreePort }).catch(async (error) => {
      await rm(folder, { recursive: true, force: true });
      throw error;
    });
    const state = {
      title: service.title,
      folder,
      logFile,
      pid: started.pid,
      begun: begunAt(started.pid) ?? '',
    };
    saveState(name, state);
    try {
      const environment = await waitForAnswer(started, state);
      saveState(name, { ...state, environment });
      return environment;
    } catch (error) {
      await endService(name);
      if (attempt === STARTS) throw error;
    }
  }
}

async function waitForAnswer(started: Started, state: ServiceState): Promise<Environment> {
  const deadline = performance.now() + PATIENCE_MILLISECONDS;
  for (;;) {
    try {
      return await started.answer();
    } catch (error) {
      if (!isRunning(state)) throw new Error(`It ended at once. ${await lastLines(state.logFile)}`);
      if (performance.now() > deadline)
        throw new Error(`It does not answer (${messageOf(error)}). ${await lastLines(state.logFile)}`);
      await delay(100);
    }
  }
}

const lastLines = async (logFile: string) =>
  `Its log ends:\n${(await readFile(logFile, 'utf8').catch(() => '')).trimEnd().split('\n').slice(-15).join('\n')}`;

/** The first of its addresses. */
const describe = (environment: Environment) => {
  const [first] = Object.entries(environment);
  return first ? `${first[0]}=${first[1]}` : '';
};
