import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { services } from '../../../scripts/services/index.js';
import { topicTable } from '../../../src/adapters/kafka/topics/topic-table.js';
import { jobKinds } from '../../../src/domain/jobs.js';
import { makeTopics } from '../../support/kafka-topics.js';
import { findPortToKeep } from '../../support/port-to-keep.js';
import { type Query, startExternalDatabase } from '../support/external-database.js';
import { type FrontDoor, openFrontDoor } from './front-door.js';
import {
  modelsOf,
  PROCESS_NAMES,
  type Processes,
  type ProcessName,
  roleOf,
  superviseProcesses,
} from './processes.js';
import { journalIn, startEventStoreDb } from './servers/eventstoredb.js';
import { type KafkaListener, startKafka } from './servers/kafka.js';
import { postgresServer } from './servers/postgres.js';
import { startRedis } from './servers/redis.js';
import { bucketIn, s3Environment, startS3 } from './servers/s3.js';
import type { Server, ServerName } from './servers/server.js';
import { openWays, type Ways } from './ways.js';

export const TOPIC_PREFIX = 'mediaflow';
/** Fourteen processes under fire, and the tests. */
const MAXIMUM_CONNECTIONS = 300;

/** Every role twice, on two hosts, and every engine with a way from each process to it. */
export interface Stage {
  readonly processes: Processes;
  readonly servers: Readonly<Record<ServerName, Server>>;
  readonly ways: Ways;
  /** Where clients come to. */
  readonly door: FrontDoor;
  /** What the test itself asks, past all ways. */
  readonly query: Query;
  readonly brokers: readonly string[];
  readonly journal: string;
  readonly bucket: string;
  readonly dataFolders: readonly string[];
  /** Where servers write their logs. */
  readonly serverFolder: string;
  end(): Promise<void>;
}

/** `environment` is what all processes are started with beside their engines, such as the engine of jobs. */
export async function setStage(environment: Readonly<Record<string, string>>): Promise<Stage> {
  const ends: (() => Promise<unknown>)[] = [];
  const end = async () => {
    for (const each of ends.splice(0).toReversed()) await each();
  };
  try {
    return { ...(await build(environment, (each) => ends.push(each))), end };
  } catch (error) {
    await end();
    throw error;
  }
}

/** `atEnd` is told how to take down again what stands, the last of it first. */
async function build(
  environment: Readonly<Record<string, string>>,
  atEnd: (end: () => Promise<unknown>) => void,
): Promise<Omit<Stage, 'end'>> {
  const folder = mkdtempSync(join(tmpdir(), 'mediaflow-split-roles-'));
  atEnd(async () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  const hosts = ['host-1', 'host-2'].map((host) => join(folder, host));
  for (const host of hosts) mkdirSync(host);
  for (const name of ['redis', 'kafka', 's3'] as const) await services[name].prepare(() => {});
  const database = await startExternalDatabase({ maximumConnections: MAXIMUM_CONNECTIONS });
  atEnd(database.stop);
  const ports = {
    eventstoredb: await findPortToKeep(),
    redis: await findPortToKeep(),
    s3: await findPortToKeep(),
    kafka: await findPortToKeep(),
  };
  const kafkaPorts = new Map<ProcessName, number>();
  for (const name of PROCESS_NAMES) kafkaPorts.set(name, await findPortToKeep());
  const modelPorts = new Map<ProcessName, number>();
  for (const name of PROCESS_NAMES.filter((each) => roleOf(each) === 'inference'))
    modelPorts.set(name, await findPortToKeep());

  const ways = await openWays((server, from) => {
    switch (server) {
      case 'postgres':
        return database.url;
      case 'eventstoredb':
        return `esdb://127.0.0.1:${ports.eventstoredb}?tls=false`;
      case 'kafka':
        return `tcp://127.0.0.1:${kafkaPorts.get(from)}`;
      case 'redis':
        return `redis://127.0.0.1:${ports.redis}`;
      case 's3':
        return `http://127.0.0.1:${ports.s3}`;
    }
  });
  atEnd(ways.close);
  const hostOf = (server: ServerName, from: ProcessName) => new URL(ways.to(server, from).url).host;
  const listeners = PROCESS_NAMES.map(
    (name): KafkaListener => ({
      port: kafkaPorts.get(name) ?? 0,
      advertisedPort: Number(hostOf('kafka', name).split(':')[1]),
    }),
  );
  async function begun(starting: Promise<Server>): Promise<Server> {
    const server = await starting;
    atEnd(server.end);
    return server;
  }
  const servers: Record<ServerName, Server> = {
    postgres: postgresServer(database),
    eventstoredb: await begun(startEventStoreDb(folder, ports.eventstoredb)),
    redis: await begun(startRedis(folder, ports.redis)),
    s3: await begun(startS3(folder, ports.s3)),
    kafka: await begun(startKafka(folder, ports.kafka, listeners)),
  };
  const brokers = [`127.0.0.1:${ports.kafka}`];
  const settings = { brokers, clientId: 'test' };
  await makeTopics(settings, TOPIC_PREFIX, topicTable(jobKinds));

  const processes = superviseProcesses({
    dataFolderOf: (name) => hosts[name.endsWith('1') ? 0 : 1] ?? folder,
    environmentOf: (name) => ({
      ...s3Environment,
      ...environment,
      DATABASE_URL: ways.to('postgres', name).url,
      EVENTSTOREDB_URL: ways.to('eventstoredb', name).url,
      KAFKA_BROKERS: hostOf('kafka', name),
      KAFKA_TOPIC_PREFIX: TOPIC_PREFIX,
      REDIS_URL: ways.to('redis', name).url,
      S3_ENDPOINT: `http://${hostOf('s3', name)}`,
      ...(roleOf(name) === 'inference'
        ? { INFERENCE_PORT: String(modelPorts.get(name)) }
        : { INFERENCE_URL: `grpc://127.0.0.1:${modelPorts.get(modelsOf(name))}` }),
    }),
  });
  atEnd(processes.killAll);
  const door = await openFrontDoor(processes);
  atEnd(async () => door.close());
  await Promise.all(PROCESS_NAMES.map(processes.ready));

  return {
    ...{ processes, servers, ways, door, brokers, query: database.query, dataFolders: hosts },
    serverFolder: folder,
    ...{ journal: journalIn(folder), bucket: bucketIn(folder) },
  };
}
