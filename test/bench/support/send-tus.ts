import { once } from 'node:events';
import { Agent, type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';

export interface TusSender {
  create(path: string, sizeBytes: number, filename: string): Promise<string>;
  patch(path: string, offset: number, bytes: Buffer): Promise<void>;
  close(): void;
}

/** The least of a tus client: one connection, one request after another; throws unless each is taken. */
export function createTusSender(url: string): TusSender {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });

  async function send(
    method: string,
    path: string,
    headers: Record<string, string>,
    body?: Buffer,
  ): Promise<IncomingHttpHeaders> {
    const sending = request(new URL(path, url), {
      agent,
      method,
      headers: { 'tus-resumable': '1.0.0', 'content-length': String(body?.length ?? 0), ...headers },
    });
    sending.end(body);
    const [response] = (await once(sending, 'response')) as [IncomingMessage];
    const answer = await text(response);
    if ((response.statusCode ?? 500) >= 300)
      throw new Error(`${method} ${path}: ${response.statusCode} ${answer}`);
    return response.headers;
  }

  return {
    async create(path, sizeBytes, filename) {
      const { location = '' } = await send('POST', path, {
        'upload-length': String(sizeBytes),
        'upload-metadata': `filename ${btoa(filename)}`,
      });
      return location;
    },
    async patch(path, offset, bytes) {
      await send(
        'PATCH',
        path,
        { 'upload-offset': String(offset), 'content-type': 'application/offset+octet-stream' },
        bytes,
      );
    },
    close: () => agent.destroy(),
  };
}
