import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stateFolder } from './folders.js';
import { isRunning, type ProcessIdentity } from './processes.js';
import type { Environment } from './service.js';

/** What is known of a service that was started. */
export interface ServiceState extends ProcessIdentity {
  readonly title: string;
  /** Its data and its log. */
  readonly folder: string;
  readonly logFile: string;
  /** How it is reached; undefined until it has answered. */
  readonly environment?: Environment;
}

const stateFile = join(stateFolder, 'state.json');

type States = Readonly<Record<string, ServiceState>>;

export function readStates(): States {
  try {
    return JSON.parse(readFileSync(stateFile, 'utf8')) as States;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {};
    throw error;
  }
}

/** A service that runs and answers, as far as its process tells. */
export function runningService(name: string): Required<ServiceState> | undefined {
  const state = readStates()[name];
  return state?.environment && isRunning(state) ? (state as Required<ServiceState>) : undefined;
}

export function saveState(name: string, state: ServiceState | undefined): void {
  const { [name]: _, ...others } = readStates();
  mkdirSync(stateFolder, { recursive: true });
  const text = JSON.stringify(state ? { ...others, [name]: state } : others, null, 2);
  // Addresses hold passwords of servers on this machine.
  writeFileSync(`${stateFile}.new`, `${text}\n`, { mode: 0o600 });
  renameSync(`${stateFile}.new`, stateFile);
}
