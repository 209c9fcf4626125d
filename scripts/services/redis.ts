import { createConnection } from 'node:net';
import { run } from './commands.js';
import { startDetached } from './processes.js';
import type { Service } from './service.js';

const HOW = 'On Debian and Ubuntu: `apt-get install redis-server`; on macOS: `brew install redis`.';

/** From the system's packages. Nothing is kept on a disk: tests ask what happens when Redis forgets. */
export const redis: Service = {
  title: 'Redis',
  async prepare() {
    await run('redis-server', ['--version'], { how: HOW });
  },
  async start({ folder, logFile, freePort }) {
    const port = await freePort();
    const { pid } = await startDetached(
      'redis-server',
      ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder],
      { logFile, folder },
    );
    return {
      pid,
      async answer() {
        const reply = await exchange(port, 'PING\r\n');
        if (reply !== '+PONG\r\n') throw new Error(`Redis answered ${reply}`);
        return { REDIS_URL: `redis://127.0.0.1:${port}` };
      },
    };
  },
};

function exchange(port: number, request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(port, '127.0.0.1', () => socket.write(request));
    socket.once('data', (data) => {
      socket.destroy();
      resolve(String(data));
    });
    socket.once('error', reject);
  });
}
