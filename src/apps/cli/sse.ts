/** One message of a Server-Sent Events stream. One without data only tells where the stream stands. */
export interface SseMessage {
  readonly id: string | undefined;
  readonly data: string | undefined;
}

/** Messages of a stream in order; comments and what is cut off at the end are left out. */
export async function* readSse(body: AsyncIterable<Uint8Array>): AsyncGenerator<SseMessage> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const bytes of body) {
    rest += decoder.decode(bytes, { stream: true });
    const blocks = rest.split(/\r?\n\r?\n/);
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const { id, data } = parseBlock(block);
      if (id !== undefined || data !== undefined) yield { id, data };
    }
  }
}

function parseBlock(block: string): SseMessage {
  const fields = new Map<string, string>();
  for (const line of block.split(/\r?\n/)) {
    const [, name = '', value = ''] = /^([^:]*):? ?(.*)$/.exec(line) ?? [];
    const before = fields.get(name);
    fields.set(name, name === 'data' && before !== undefined ? `${before}\n${value}` : value);
  }
  return { id: fields.get('id'), data: fields.get('data') };
}
