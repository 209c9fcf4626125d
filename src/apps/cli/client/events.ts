import type { LogEvent } from '../answers.js';
import { refusal } from '../failure.js';
import type { Connection } from './connection.js';

/** The log of events, in pages and as it grows. */
export const eventCalls = ({ request, send }: Connection) => ({
  events: (query: { after: string; type?: string | undefined; limit: number }) =>
    request<{ items: LogEvent[]; next: string }>('GET', '/v1/events', { query }),
  /** The open stream of events. Throws when the server refuses it. */
  async eventStream(query: { after?: string | undefined; type?: string | undefined }, lastEventId?: string) {
    const response = await send('GET', '/v1/events/stream', {
      query,
      headers: lastEventId === undefined ? {} : { 'last-event-id': lastEventId },
    });
    const isStream = response.headers.get('content-type')?.startsWith('text/event-stream');
    if (response.ok && isStream && response.body) return response.body;
    throw refusal(response.status, await response.text(), response.url);
  },
});
