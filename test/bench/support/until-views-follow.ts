import { setTimeout as delay } from 'node:timers/promises';
import { getJson } from '../../e2e/support/client.js';

interface View {
  readonly name: string;
  readonly position: string;
  readonly head: string;
}

/** Waits until every view has seen the whole log, and returns how many seconds that took. */
export async function untilViewsFollow(
  url: string,
  deadlineSeconds = 120,
  headers: Record<string, string> = {},
): Promise<number> {
  const startedAt = performance.now();
  for (;;) {
    const { items } = await getJson<{ items: View[] }>(`${url}/v1/projections`, headers);
    const seconds = (performance.now() - startedAt) / 1000;
    if (items.length > 0 && items.every(({ position, head }) => position >= head)) return seconds;
    if (seconds > deadlineSeconds) throw new Error(`Views are behind: ${JSON.stringify(items)}`);
    await delay(50);
  }
}
