import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { run } from '../commands.js';
import { startDetached } from '../processes.js';
import { MissingPrerequisite, type Service } from '../service.js';
import { jarsFolder, provideJars } from './jars.js';
import { serverProperties } from './server-properties.js';

const JAVA = 'Install a Java 17 or later: on Debian and Ubuntu `apt-get install openjdk-17-jre-headless`.';
const LEAST_JAVA = 17;

/** Apache Kafka as published, one node that is broker and controller (KRaft). */
export const kafka: Service = {
  title: 'Apache Kafka 4.1.0',
  async prepare(say) {
    const version = await run('java', ['-version'], { how: JAVA });
    const major = Number(/version "(\d+)/.exec(version)?.[1] ?? 0);
    if (major < LEAST_JAVA) throw new MissingPrerequisite(`Java ${major} is too old for Kafka`, JAVA);
    await provideJars(say);
  },
  async start({ folder, logFile, freePort }) {
    const [brokerPort, controllerPort] = [await freePort(), await freePort()];
    const properties = join(folder, 'server.properties');
    await writeFile(
      properties,
      serverProperties({ brokerPort, controllerPort, folder: join(folder, 'data') }),
    );
    await formatStorage(properties);
    const { pid } = await startBroker(properties, { logFile, folder });
    const brokers = `127.0.0.1:${brokerPort}`;
    return {
      pid,
      async answer() {
        await describeCluster(brokers);
        return { KAFKA_BROKERS: brokers };
      },
    };
  },
};

/** Prepares the data folder that the properties name, once. */
export const formatStorage = (properties: string) =>
  java(['kafka.tools.StorageTool', 'format', '-t', clusterId(), '-c', properties]);

export const startBroker = (
  properties: string,
  output: { readonly logFile: string; readonly folder: string },
) => startDetached('java', ['-Xmx512m', ...LOGGING, '-cp', CLASS_PATH, 'kafka.Kafka', properties], output);

// Java expands the star itself.
export const CLASS_PATH = join(jarsFolder, '*');
const LOGGING = ['-Dorg.slf4j.simpleLogger.defaultLogLevel=warn'];

const java = (args: readonly string[]) =>
  run('java', ['-Xmx256m', ...LOGGING, '-cp', CLASS_PATH, ...args], { how: JAVA });

/** Kafka's ids are the 16 bytes of a UUID in base64url; what begins with a dash would be taken for an option. */
const clusterId = () =>
  Buffer.from(randomUUID().replaceAll('-', ''), 'hex').toString('base64url').replace(/^-/, 'A');

export async function describeCluster(brokers: string): Promise<void> {
  const admin = new Kafka({ brokers: [brokers], logLevel: logLevel.NOTHING, retry: { retries: 0 } }).admin();
  try {
    await admin.connect();
    await admin.describeCluster();
  } finally {
    await admin.disconnect();
  }
}
