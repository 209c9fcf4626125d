import { expect } from 'vitest';

export interface StreamedEvent {
  readonly id: string;
  readonly event: string;
  readonly data: { readonly position: string; readonly data: Record<string, unknown> };
}

export interface EventStream {
  /** The next event, undefined when the stream has ended. */
  next(): Promise<StreamedEvent | undefined>;
  close(): Promise<void>;
}

const field = (block: string, name: string): string =>
  new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1] ?? '';

/** Opens a stream of Server-Sent Events; resolves once it is open. What carries no data is passed over. */
export async function openEventStream(
  url: string,
  headers: Record<string, string> = {},
): Promise<EventStream> {
  const closing = new AbortController();
  const response = await fetch(url, { headers, signal: closing.signal });
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  const decoder = new TextDecoder();
  let text = '';

  async function block(): Promise<string | undefined> {
    for (let end = text.indexOf('\n\n'); end < 0; end = text.indexOf('\n\n')) {
      const { done, value } = await reader.read();
      if (done) return undefined;
      text += decoder.decode(value, { stream: true });
    }
    const found = text.slice(0, text.indexOf('\n\n'));
    text = text.slice(found.length + 2);
    return found;
  }

  // The first word of the server: from here on nothing is missed.
  expect(await block()).toContain(': connected');
  return {
    async next() {
      for (let found = await block(); found !== undefined; found = await block())
        if (/^data: /m.test(found))
          return {
            id: field(found, 'id'),
            event: field(found, 'event'),
            data: JSON.parse(field(found, 'data')) as StreamedEvent['data'],
          };
      return undefined;
    },
    async close() {
      closing.abort();
      await reader.cancel().catch(() => {});
    },
  };
}
