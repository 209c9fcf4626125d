import type { Position } from '../../../core/position.js';
import type { UploadProgress } from '../answers.js';
import { refusal } from '../failure.js';
import type { Connection } from './connection.js';

/** What an upload asks beside the bytes that tus sends. */
export const uploadCalls = ({ request, send }: Connection) => ({
  /** Bytes a file may have. Also tells early and without a key whether a server is there. */
  async uploadLimit(): Promise<number> {
    const response = await send('OPTIONS', '/v1/uploads');
    if (!response.headers.has('tus-version'))
      throw refusal(response.status, await response.text(), response.url);
    return Number(response.headers.get('tus-max-size') ?? Number.POSITIVE_INFINITY);
  },
  pull: (body: { url: string; title?: string; description?: string; tags?: string[] }) =>
    request<{ mediaId: string; position: Position }>('POST', '/v1/media', { body }),
  /** Undefined when there is no such upload under way. */
  async uploadProgress(id: string): Promise<UploadProgress | undefined> {
    const path = `/v1/uploads/${encodeURIComponent(id)}`;
    const { ok, headers } = await send('HEAD', path, { headers: { 'tus-resumable': '1.0.0' } });
    const [length, expires] = [headers.get('upload-length'), headers.get('upload-expires')];
    return ok
      ? {
          receivedBytes: Number(headers.get('upload-offset')),
          sizeBytes: length === null ? null : Number(length),
          expiresAt: expires === null ? null : new Date(expires).toISOString(),
        }
      : undefined;
  },
});
