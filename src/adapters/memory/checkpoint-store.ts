import type { Checkpoint, CheckpointStore } from '../../core/checkpoint-store.js';
import { START } from '../../core/position.js';

/** Checkpoints that are forgotten when the process ends: for tests. */
export function createMemoryCheckpointStore(): CheckpointStore {
  const checkpoints = new Map<string, Checkpoint>();
  const find = (name: string): Checkpoint => checkpoints.get(name) ?? { name, version: 0, position: START };
  return {
    load: async (name) => find(name),
    async save({ name, version, position }) {
      if (find(name).version !== version) return false;
      checkpoints.set(name, { name, version: version + 1, position });
      return true;
    },
  };
}
