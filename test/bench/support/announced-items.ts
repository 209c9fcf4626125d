import { headerLines } from './http-connection.js';
import type { ConnectionPool } from './load.js';

/** Items that exist and wait for their bytes: many of them without anything to process. */
export function announceItems(pool: ConnectionPool, count: number): Promise<string[]> {
  const request = `POST /v1/uploads HTTP/1.1\r\nHost: localhost\r\n${headerLines({
    'Tus-Resumable': '1.0.0',
    'Upload-Length': '1',
    'Upload-Metadata': `filename ${btoa('clip.mp4')},title ${btoa('Announced')}`,
    'Content-Length': '0',
  })}\r\n`;
  return Promise.all(
    Array.from({ length: count }, async () => {
      const answer = await pool.request(request, 201);
      return answer.header('location')?.split('/').at(-1) ?? '';
    }),
  );
}
