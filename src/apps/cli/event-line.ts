import type { HistoryEvent } from './answers.js';
import { formatInstant, formatPercent } from './terminal/format.js';
import type { Output } from './terminal/output.js';
import { padEnd, printable, truncate } from './terminal/text.js';

const TYPE_WIDTH = 22;

/** An event in one line: when, what, about what or by whom, and its plain values. */
export function eventLine(
  event: Pick<HistoryEvent, 'occurredAt' | 'type' | 'data'> & { readonly about: string },
  { paint, width }: Output,
): string {
  const when = formatInstant(event.occurredAt);
  const type = padEnd(event.type, TYPE_WIDTH);
  const facts = printable(`${event.about}  ${factsOf(event.data)}`).trimEnd();
  const room = width === undefined ? undefined : width - when.length - type.length - 4;
  const shown = room === undefined ? facts : truncate(facts, Math.max(room, 20));
  return `${paint('dim', when)}  ${paint('bold', type)}  ${shown}`;
}

/** The plain values of an event, and the names of what it holds; what it is about is said already. */
const factsOf = (data: HistoryEvent['data']): string =>
  Object.entries(data)
    .filter(([name]) => !/^(mediaId|jobId)$/.test(name))
    .map(([name, value]) => [name, factOf(name, value)] as const)
    .filter(([, fact]) => fact !== '')
    .map(([name, fact]) => `${name}=${fact}`)
    .join(' ');

function factOf(name: string, value: unknown): string {
  if (name === 'fraction' && typeof value === 'number') return formatPercent(value);
  if (Array.isArray(value)) return value.every((one) => typeof one === 'string') ? value.join(',') : '';
  if (typeof value !== 'object') return String(value);
  return value !== null && 'name' in value && typeof value.name === 'string' ? value.name : '';
}
