import type { RebuildProgress } from '../../core/projection-store.js';
import { formatCount, formatPercent, formatSeconds } from './terminal/format.js';
import { progressBar } from './terminal/progress-bar.js';
import type { Paint } from './terminal/text.js';

const BAR_WIDTH = 30;

export function rebuildLine(name: string, rebuild: RebuildProgress, paint: Paint): string {
  const fraction = rebuild.fraction ?? 0;
  const eta = rebuild.etaSeconds === null ? '' : `  ${formatSeconds(rebuild.etaSeconds)} left`;
  const pace = `${formatCount(rebuild.eventsApplied)} events, ${formatCount(Math.round(rebuild.eventsPerSecond))}/s`;
  return `${name}  ${progressBar(fraction, BAR_WIDTH, paint)} ${formatPercent(fraction).padStart(5)}  ${paint('dim', `${pace}${eta}`)}`;
}
