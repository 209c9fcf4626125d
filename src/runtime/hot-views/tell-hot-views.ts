import { changedSubjects } from '../../core/changed-subjects.js';
import { messageOf } from '../../core/errors.js';
import type { HotViews, ViewChange } from '../../core/hot-views.js';
import type { Logger } from '../../core/logger.js';
import type { ProjectionStore } from '../../core/projection-store.js';

/**
 * The same store of views, which tells caches of answers what is going to change before it does. One that cannot be told
 * does not hold the views up: it has missed something then, and whoever asks it notices.
 */
export function tellHotViews(
  store: ProjectionStore,
  hotViews: readonly HotViews[],
  logger: Logger,
): ProjectionStore {
  const rebuildsOf = new Map<string, number>();

  const tell = (changes: readonly ViewChange[]): Promise<unknown> =>
    Promise.all(
      hotViews.map((each) =>
        each
          .tell(changes)
          .catch((error: unknown) =>
            logger.debug({ error: messageOf(error) }, 'A cache of answers cannot be told what changes'),
          ),
      ),
    );

  return {
    ...store,

    async load(projections) {
      const checkpoints = await store.load(projections);
      await tell(
        checkpoints.map(({ name: view, rebuilds, position }) => {
          rebuildsOf.set(view, rebuilds);
          return { view, rebuilds, from: position, to: position, subjects: [] };
        }),
      );
      return checkpoints;
    },

    async advance(advances, to, options) {
      await tell(
        advances.map(({ name: view, from, changes }) => ({
          ...{ view, from, to, rebuilds: rebuildsOf.get(view) ?? 0 },
          subjects: changedSubjects(view, changes),
        })),
      );
      return store.advance(advances, to, options);
    },
  };
}
