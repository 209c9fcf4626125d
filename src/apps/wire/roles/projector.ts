import { observeProjector } from '../../../observing/observe-projector.js';
import { lagSecondsIn } from '../../../observing/standing.js';
import { projections } from '../../../projections/index.js';
import { systemClock } from '../../../runtime/clock.js';
import { tellHotViews } from '../../../runtime/hot-views/tell-hot-views.js';
import { runProjector } from '../../../runtime/projection/projector.js';
import { projectionsCheck } from '../checks.js';
import type { Part, PartContext } from '../part.js';
import { codec } from '../write-side.js';

/** Keeps the views up to date. */
export async function projectorPart({
  storage,
  hotViews,
  observing,
  logger,
  stopping,
}: PartContext): Promise<Part> {
  const { projectionStatuses } = storage;
  return {
    checks: { projections: projectionsCheck(projectionStatuses) },
    metrics: {
      projections: {
        list: projectionStatuses,
        known: projections,
        lagSeconds: lagSecondsIn(storage.sealedLog),
      },
    },
    async start() {
      return runProjector({
        store: storage.store,
        projections,
        projectionStore: tellHotViews(storage.projectionStore, hotViews.told, logger),
        decode: codec.decode,
        clock: systemClock,
        logger,
        signal: stopping,
        onAdvanced: storage.waiter.onAdvanced,
        observePage: observeProjector(observing),
      });
    },
  };
}
