import type { RebuildProgress } from '../../core/projection-store.js';
import { formatCount, formatPercent, formatSeconds } from './terminal/format.js';
import { progressBar } from './terminal/progress-bar.js';
import type { Paint } from './terminal/text.js';

const BAR_WIDTH = 30;

/** Without a bar where the event store cannot tell how much of the log there is. */
export function rebuildLine(name: string, rebuild: RebuildProgress, paint: Paint): string {
  const { fraction } = rebuild;
  const eta = rebuild.etaSeconds === null ? '' : `  ${formatSeconds(rebuild.etaSeconds)} left`;
  const pace = `${formatCount(rebuild.eventsApplied)} events, ${formatCount(Math.round(rebuild.eventsPerSecond))}/s`;
  const bar =
    fraction === null
      ? ''
      : `${progressBar(fraction, BAR_WIDTH, paint)} ${formatPercent(fraction).padStart(5)}  `;
  return `${name}  ${bar}${paint('dim', `${pace}${eta}`)}`;
}
