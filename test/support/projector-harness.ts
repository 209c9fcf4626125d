import type { Pool } from 'pg';
import { createPostgresProjectionStore } from '../../src/adapters/postgres/projection-store/projection-store.js';
import type { EventStore } from '../../src/core/event-store.js';
import { silentLogger } from '../../src/core/logger.js';
import type { AnyProjection, ProjectionStore } from '../../src/core/projection-store.js';
import { type ProjectorOptions, runProjector } from '../../src/runtime/projection/projector.js';
import { decodeSample } from './sample-projection.js';

export interface StartedProjector {
  readonly projectionStore: ProjectionStore;
  stop(): Promise<void>;
}

/** A projector on a real database; `stop` waits for its end. */
export function startProjector(
  pool: Pool,
  store: EventStore,
  projections: readonly AnyProjection[],
  options: Partial<ProjectorOptions> = {},
): StartedProjector {
  const stopping = new AbortController();
  const projectionStore = options.projectionStore ?? createPostgresProjectionStore({ pool });
  const { done } = runProjector({
    store,
    projections,
    projectionStore,
    decode: decodeSample,
    logger: silentLogger,
    signal: stopping.signal,
    retryInSeconds: () => 0.02,
    ...options,
  });
  return {
    projectionStore,
    async stop() {
      stopping.abort();
      await done;
    },
  };
}

/** Looks again and again, for what only another process or the database can tell. */
export async function until<T>(look: () => Promise<T | undefined | false>, seconds = 20): Promise<T> {
  const deadline = performance.now() + seconds * 1000;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (performance.now() > deadline) throw new Error(`Nothing within ${seconds} s: ${look}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
