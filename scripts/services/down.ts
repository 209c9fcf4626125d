import { rm } from 'node:fs/promises';
import type { ServiceName } from './index.js';
import { alone } from './lock.js';
import { endProcess } from './processes.js';
import { readStates, saveState } from './state.js';

/** Ends what runs and removes its data; what does not run is as it should be. */
export async function down(names: readonly ServiceName[]): Promise<boolean> {
  const end = async (name: ServiceName) => {
    const state = readStates()[name];
    await endService(name);
    console.error(`${name.padEnd(9)} ${state ? 'ended' : 'does not run'}`);
  };
  await alone(() => Promise.all(names.map(end)));
  return true;
}

export async function endService(name: ServiceName): Promise<void> {
  const state = readStates()[name];
  if (!state) return;
  await endProcess(state);
  await rm(state.folder, { recursive: true, force: true });
  saveState(name, undefined);
}
