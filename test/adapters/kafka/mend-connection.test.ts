import { createRequire } from 'node:module';
import { createServer, type Socket } from 'node:net';
import { expect, test, vi } from 'vitest';
import { mendConnection } from '../../../src/adapters/kafka/connection/mend-connection.js';
import { trackSockets } from '../../../src/adapters/kafka/connection/sockets.js';

const Connection = createRequire(import.meta.url)('kafkajs/src/network/connection.js');

test('a connection that broke in the middle of an answer reads the first answer of the next from its beginning', async () => {
  mendConnection();
  const taken: Socket[] = [];
  const server = createServer((socket) => taken.push(socket.on('error', () => {})));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const log = () => {};
  const logger = { namespace: () => ({ debug: log, error: log, warn: log, info: log }) };
  const sockets = trackSockets();
  const connection = new Connection({
    ...{ host: '127.0.0.1', port, logger, clientId: 'test', connectionTimeout: 5_000, requestTimeout: 5_000 },
    socketFactory: sockets.factory,
  });
  const answered = vi.spyOn(connection.requestQueue, 'fulfillRequest').mockImplementation(() => {});

  await connection.connect();
  await vi.waitFor(() => expect(taken).toHaveLength(1));
  taken[0]?.end(Buffer.from([0, 0, 0]));
  await vi.waitFor(() => expect(connection.isConnected()).toBe(false));
  await connection.connect();
  await vi.waitFor(() => expect(taken).toHaveLength(2));
  taken[1]?.write(Buffer.from([0, 0, 0, 6, 0, 0, 0, 7, 1, 2]));
  await vi.waitFor(() => expect(answered).toHaveBeenCalled());
  expect(answered.mock.calls[0]?.[0]).toMatchObject({ size: 6, correlationId: 7 });

  await connection.disconnect();
  sockets.close();
  server.close();
});
