import type { ProjectionRebuilds } from '../../commands/projection-rebuilds.js';
import { conflict, messageOf, notFound } from '../../core/errors.js';
import type { Logger } from '../../core/logger.js';
import type { AnyProjection, ProjectionStore } from '../../core/projection-store.js';
import type { Clock } from '../../runtime/clock.js';
import type { Decode } from '../../runtime/projection/project-events.js';
import { type RebuildOptions, rebuildProjection } from '../../runtime/projection/rebuild-projection.js';

export interface ProjectionRebuildsOptions {
  readonly projections: readonly AnyProjection[];
  readonly store: RebuildOptions['store'];
  readonly projectionStore: ProjectionStore;
  readonly decode: Decode;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Cancels what runs when the process stops; it can be resumed then. */
  readonly signal: AbortSignal;
}

interface RunningRebuild {
  cancel(): void;
  /** Never rejects. */
  readonly done: Promise<void>;
}

/** Runs rebuilds in this process, one a view. `done` resolves when the signal has fired and all of them have ended. */
export function createProjectionRebuilds(
  options: ProjectionRebuildsOptions,
): ProjectionRebuilds & { done(): Promise<void> } {
  const { projectionStore, logger, signal } = options;
  const running = new Map<string, RunningRebuild>();

  function find(name: string): AnyProjection {
    const projection = options.projections.find((each) => each.name === name);
    if (projection) return projection;
    const names = options.projections.map((each) => each.name);
    throw notFound('projection_not_found', `There is no view ${name}; there are ${names.join(', ')}.`, {
      name,
    });
  }

  return {
    async start(name, mode) {
      const projection = find(name);
      if (running.has(name)) throw conflict('rebuild_running', `${name} is being rebuilt already`, { name });
      const cancelled = new AbortController();
      const begun = Promise.withResolvers<void>();
      const rebuild = rebuildProjection({
        ...options,
        projection,
        mode,
        signal: AbortSignal.any([signal, cancelled.signal]),
        projectionStore: {
          ...projectionStore,
          async openRebuild(...parameters) {
            const session = await projectionStore.openRebuild(...parameters);
            begun.resolve();
            return session;
          },
        },
      });
      const done = rebuild.then(
        (result) => logger.info(result, 'view rebuilt'),
        (error: unknown) =>
          logger.warn({ projection: name, error: messageOf(error) }, 'rebuild of a view ended early'),
      );
      const entry = { cancel: () => cancelled.abort(), done };
      running.set(name, entry);
      void done.then(() => running.delete(name));
      await Promise.race([begun.promise, rebuild]);
      return { name, version: projection.version };
    },

    async cancel(name, { keep }) {
      find(name);
      const rebuild = running.get(name);
      rebuild?.cancel();
      await rebuild?.done;
      if (!keep) await projectionStore.discardRebuild(name);
    },

    async done() {
      await Promise.all([...running.values()].map((rebuild) => rebuild.done));
    },
  };
}
