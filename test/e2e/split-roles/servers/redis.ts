import { join } from 'node:path';
import { createClient } from '@redis/client';
import { startSpawnedServer } from './spawned-server.js';

/** Redis that keeps nothing on a disk: it has forgotten all when it starts again. */
export const startRedis = (folder: string, port: number) =>
  startSpawnedServer({
    program: 'redis-server',
    args: ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder],
    logFile: join(folder, 'redis.log'),
    async answers() {
      const client = createClient({
        url: `redis://127.0.0.1:${port}`,
        socket: { reconnectStrategy: false },
      }).on('error', () => {});
      await client.connect();
      await client.close();
    },
  });
