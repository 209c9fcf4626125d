import { connect } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { typescriptArguments } from '../../../support/typescript-child.js';
import { startSpawnedServer } from './spawned-server.js';

const SCRIPT = fileURLToPath(new URL('../../../support/eventstoredb/keep-server.ts', import.meta.url));

export const journalIn = (folder: string): string => join(folder, 'eventstoredb.journal');

/** The server of the protocol, in a process of its own. */
export const startEventStoreDb = (folder: string, port: number) =>
  startSpawnedServer({
    program: process.execPath,
    args: typescriptArguments(SCRIPT, journalIn(folder), `${port}`),
    logFile: join(folder, 'eventstoredb.log'),
    answers: () => takesConnections(port),
  });

const takesConnections = (port: number) =>
  new Promise<void>((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve();
    });
    socket.once('error', reject);
  });
