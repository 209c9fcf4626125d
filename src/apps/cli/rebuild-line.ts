import type { RebuildProgress } from '../../core/projection-store.js';
import { formatCount, formatPercent, formatSeconds } from './terminal/format.js';
import { progressBar } from './terminal/progress-bar.js';
import type { Paint } from './terminal/text.js';

const BAR_WIDTH = 30;

/** How much of the log is in the new view, 0 to 1, told from its pace. */
export function rebuiltFraction({ etaSeconds, eventsApplied, eventsPerSecond }: RebuildProgress): number {
  if (etaSeconds === 0) return 1;
  if (etaSeconds === null || eventsPerSecond <= 0) return 0;
  const remaining = etaSeconds * eventsPerSecond;
  return eventsApplied / Math.max(1, eventsApplied + remaining);
}

export function rebuildLine(name: string, rebuild: RebuildProgress, paint: Paint): string {
  const fraction = rebuiltFraction(rebuild);
  const eta = rebuild.etaSeconds === null ? '' : `  ${formatSeconds(rebuild.etaSeconds)} left`;
  const pace = `${formatCount(rebuild.eventsApplied)} events, ${formatCount(Math.round(rebuild.eventsPerSecond))}/s`;
  return `${name}  ${progressBar(fraction, BAR_WIDTH, paint)} ${formatPercent(fraction).padStart(5)}  ${paint('dim', `${pace}${eta}`)}`;
}
