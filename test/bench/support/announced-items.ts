import { headerLines } from './http-connection.js';
import type { ConnectionPool } from './load.js';

/** Items that exist: many of them without anything to process. Their uploads are given up again, so that none stays open. */
export function announceItems(pool: ConnectionPool, count: number): Promise<string[]> {
  const creation = requestOf('POST', '/v1/uploads', {
    'Upload-Length': '1',
    'Upload-Metadata': `filename ${btoa('clip.mp4')},title ${btoa('Announced')}`,
    'Content-Length': '0',
  });
  return Promise.all(
    Array.from({ length: count }, async () => {
      const location = (await pool.request(creation, 201)).header('location') ?? '';
      await pool.request(requestOf('DELETE', location, {}), 204);
      return location.split('/').at(-1) ?? '';
    }),
  );
}

const requestOf = (method: string, path: string, headers: Readonly<Record<string, string>>): string =>
  `${method} ${path} HTTP/1.1\r\nHost: localhost\r\n${headerLines({ 'Tus-Resumable': '1.0.0', ...headers })}\r\n`;
