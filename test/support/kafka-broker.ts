import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describeCluster, formatStorage, kafka, startBroker } from '../../scripts/services/kafka/kafka.js';
import { serverProperties } from '../../scripts/services/kafka/server-properties.js';
import { findFreePort } from '../../src/adapters/embedded-postgres/free-port.js';

/** A broker of a test file's own, to be ended, paused and started again. */
export interface TestBroker {
  readonly brokers: string;
  /** The same broker, to those who sign in as `somebody` with `a-password`. */
  readonly saslBrokers: string;
  pause(): void;
  resume(): void;
  kill(): Promise<void>;
  /** Starts it again on its data; resolves when it answers. */
  restart(): Promise<void>;
  end(): Promise<void>;
}

export async function startTestBroker(): Promise<TestBroker> {
  await kafka.prepare(() => {});
  const folder = await mkdtemp(join(tmpdir(), 'mediaflow-test-kafka-'));
  const [brokerPort, controllerPort, saslPort] = [
    await findFreePort(),
    await findFreePort(),
    await findFreePort(),
  ];
  const properties = join(folder, 'server.properties');
  await writeFile(properties, serverProperties({ brokerPort, controllerPort, folder: join(folder, 'data') }));
  // Of a key that is given twice, the last counts.
  await appendFile(
    properties,
    `
listeners=PLAINTEXT://127.0.0.1:${brokerPort},CONTROLLER://127.0.0.1:${controllerPort},SIGNED://127.0.0.1:${saslPort}
advertised.listeners=PLAINTEXT://127.0.0.1:${brokerPort},SIGNED://127.0.0.1:${saslPort}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SIGNED:SASL_PLAINTEXT
sasl.enabled.mechanisms=PLAIN
listener.name.signed.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required user_somebody="a-password";
# A broker that was killed is taken back after this long.
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500
`,
  );
  await formatStorage(properties);
  const brokers = `127.0.0.1:${brokerPort}`;
  const run = () => startBroker(properties, { logFile: join(folder, 'server.log'), folder });
  let child = await run();
  await untilAnswers(brokers);

  async function kill(): Promise<void> {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  }

  return {
    brokers,
    saslBrokers: `127.0.0.1:${saslPort}`,
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    kill,
    async restart() {
      child = await run();
      await untilAnswers(brokers);
    },
    async end() {
      if (child.exitCode === null && child.signalCode === null) await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function untilAnswers(brokers: string): Promise<void> {
  const deadline = performance.now() + 90_000;
  for (;;) {
    try {
      return await describeCluster(brokers);
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await sleep(200);
    }
  }
}
