import type { Paint } from './text.js';

const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** A bar of so many columns, filled to a fraction of 0 to 1. */
export function progressBar(fraction: number, width: number, paint: Paint): string {
  const filled = Math.max(0, Math.min(1, fraction)) * width;
  const whole = Math.floor(filled);
  const bar = '█'.repeat(whole) + (EIGHTHS[Math.floor((filled - whole) * 8)] ?? '');
  const rest = width - whole - (bar.length > whole ? 1 : 0);
  return paint('cyan', bar) + paint('dim', '░'.repeat(rest));
}

/** Units a second over the last few seconds, and how long the rest takes at that pace. */
export interface Pace {
  /** Tells how far it is at a time (in seconds, of any clock that runs evenly). */
  reached(amount: number, atSeconds: number): void;
  /** Undefined until there is enough to tell. */
  perSecond(): number | undefined;
  secondsFor(amount: number): number | undefined;
}

const WINDOW_SECONDS = 8;
const SHORTEST_SECONDS = 0.5;

export function createPace(): Pace {
  const samples: { readonly amount: number; readonly atSeconds: number }[] = [];
  const perSecond = () => {
    const first = samples[0];
    const last = samples.at(-1);
    if (!first || !last || last.atSeconds - first.atSeconds < SHORTEST_SECONDS) return undefined;
    return (last.amount - first.amount) / (last.atSeconds - first.atSeconds);
  };
  return {
    reached(amount, atSeconds) {
      // Less than before: something began again, and what was measured says nothing any more.
      if (amount < (samples.at(-1)?.amount ?? 0)) samples.length = 0;
      samples.push({ amount, atSeconds });
      while (samples.length > 2 && atSeconds - (samples[1]?.atSeconds ?? atSeconds) > WINDOW_SECONDS)
        samples.shift();
    },
    perSecond,
    secondsFor(amount) {
      const pace = perSecond();
      return pace && pace > 0 ? amount / pace : undefined;
    },
  };
}
