import type { EventStore } from '../../core/event-store.js';
import { modelNames } from '../../core/model-name.js';
import { START } from '../../core/position.js';
import type { ModelsReader } from '../../core/readers/models.js';
import { secondsBetween } from '../../core/time.js';
import type { ModelStanding } from '../../observing/standing.js';
import { systemClock } from '../../runtime/clock.js';

/** How old the models in use are, and how much has happened since. */
export const modelMetrics =
  (
    models: Pick<ModelsReader, 'current' | 'find'>,
    store: Pick<EventStore, 'head' | 'eventsBetween'>,
  ): (() => Promise<readonly ModelStanding[]>) =>
  async () => {
    const standing = modelNames.map(async (name) => {
      const inUse = await models.current(name);
      const { trained } = (inUse && (await models.find(inUse.modelId))) ?? {};
      if (!trained) return [];
      const ageSeconds = Math.max(0, secondsBetween(trained.at, systemClock.now()));
      const eventsBehind = store.eventsBetween?.(trained.version.position ?? START, await store.head());
      return [{ name, ageSeconds, eventsBehind }];
    });
    return (await Promise.all(standing)).flat();
  };
