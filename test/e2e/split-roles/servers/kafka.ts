import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CLASS_PATH, describeCluster, formatStorage } from '../../../../scripts/services/kafka/kafka.js';
import { serverProperties } from '../../../../scripts/services/kafka/server-properties.js';
import { findPortToKeep } from '../../../support/port-to-keep.js';
import { startSpawnedServer } from './spawned-server.js';

/** Where a listener listens, and which port it tells clients to come to: that of their way to it. */
export interface KafkaListener {
  readonly port: number;
  readonly advertisedPort: number;
}

/**
 * One node. A broker tells its clients where to go, so each way to it leads to a listener of its own; the tests come to `port`.
 */
export async function startKafka(folder: string, port: number, listeners: readonly KafkaListener[]) {
  const properties = join(folder, 'kafka.properties');
  const place = { brokerPort: port, controllerPort: await findPortToKeep(), folder: join(folder, 'kafka') };
  const names = ['PLAINTEXT', ...listeners.map((_, index) => `WAY${index}`)];
  const addresses = (ports: readonly number[]) =>
    names.map((name, index) => `${name}://127.0.0.1:${ports[index]}`).join(',');
  const own = addresses([port, ...listeners.map((listener) => listener.port)]);
  const advertised = addresses([port, ...listeners.map(({ advertisedPort }) => advertisedPort)]);
  await writeFile(properties, serverProperties(place));
  // Of a key that is given twice, the last counts.
  await appendFile(
    properties,
    `
listeners=${own},CONTROLLER://127.0.0.1:${place.controllerPort}
advertised.listeners=${advertised}
listener.security.protocol.map=CONTROLLER:PLAINTEXT,${names.map((name) => `${name}:PLAINTEXT`).join(',')}
num.network.threads=1
`,
  );
  await formatStorage(properties);
  return startSpawnedServer({
    program: 'java',
    args: [
      ...['-Xmx512m', '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn'],
      ...['-cp', CLASS_PATH, 'kafka.Kafka', properties],
    ],
    logFile: join(folder, 'kafka.log'),
    answers: () => describeCluster(`127.0.0.1:${port}`),
  });
}
