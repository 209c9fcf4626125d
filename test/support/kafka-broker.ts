import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { run } from '../../scripts/services/commands.js';
import { describeCluster, formatStorage, kafka, startBroker } from '../../scripts/services/kafka/kafka.js';
import { serverProperties } from '../../scripts/services/kafka/server-properties.js';
import { findPortToKeep } from './port-to-keep.js';

/** A broker of a test file's own, to be ended, paused and started again. */
export interface TestBroker {
  readonly brokers: string;
  /** The same broker, to those who sign in as `somebody` with `a-password`. */
  readonly saslBrokers: string;
  /** The same broker over TLS, with the certificate that it signed itself. */
  readonly tlsBrokers: string;
  readonly certificate: string;
  /** Resolves when none of its threads runs any more: one that still does answers what comes meanwhile. */
  pause(): Promise<void>;
  resume(): void;
  kill(): Promise<void>;
  /** Starts it again on its data; resolves when it answers. */
  restart(): Promise<void>;
  end(): Promise<void>;
}

export async function startTestBroker(): Promise<TestBroker> {
  await kafka.prepare(() => {});
  const folder = await mkdtemp(join(tmpdir(), 'mediaflow-test-kafka-'));
  const [brokerPort, controllerPort, saslPort, tlsPort] = [
    await findPortToKeep(),
    await findPortToKeep(),
    await findPortToKeep(),
    await findPortToKeep(),
  ];
  const properties = join(folder, 'server.properties');
  await writeFile(properties, serverProperties({ brokerPort, controllerPort, folder: join(folder, 'data') }));
  const keyStore = join(folder, 'keys.p12');
  const certificate = await makeCertificate(keyStore);
  // Of a key that is given twice, the last counts.
  await appendFile(
    properties,
    `
listeners=PLAINTEXT://127.0.0.1:${brokerPort},CONTROLLER://127.0.0.1:${controllerPort},SIGNED://127.0.0.1:${saslPort},TLS://127.0.0.1:${tlsPort}
advertised.listeners=PLAINTEXT://127.0.0.1:${brokerPort},SIGNED://127.0.0.1:${saslPort},TLS://127.0.0.1:${tlsPort}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SIGNED:SASL_PLAINTEXT,TLS:SSL
ssl.keystore.type=PKCS12
ssl.keystore.location=${keyStore}
ssl.keystore.password=${KEY_PASSWORD}
sasl.enabled.mechanisms=PLAIN
listener.name.signed.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required user_somebody="a-password";
# A broker that was killed is taken back after this long.
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500
`,
  );
  await formatStorage(properties);
  const brokers = `127.0.0.1:${brokerPort}`;
  const begin = () => startBroker(properties, { logFile: join(folder, 'server.log'), folder });
  let child = await begin();
  await untilAnswers(brokers);

  async function kill(): Promise<void> {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  }

  return {
    brokers,
    saslBrokers: `127.0.0.1:${saslPort}`,
    tlsBrokers: `127.0.0.1:${tlsPort}`,
    certificate,
    async pause() {
      child.kill('SIGSTOP');
      while (!(await standsStill(child.pid ?? 0))) await sleep(5);
    },
    resume: () => void child.kill('SIGCONT'),
    kill,
    async restart() {
      child = await begin();
      await untilAnswers(brokers);
    },
    async end() {
      if (child.exitCode === null && child.signalCode === null) await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Whether all threads of a process are stopped, by the kernel's word. */
async function standsStill(pid: number): Promise<boolean> {
  const threads = await readdir(`/proc/${pid}/task`);
  const states = await Promise.all(
    threads.map(async (thread) => {
      const stat = await readFile(`/proc/${pid}/task/${thread}/stat`, 'latin1').catch(() => ') T');
      // The name in parentheses may hold anything.
      return stat[stat.lastIndexOf(')') + 2];
    }),
  );
  return states.every((state) => state === 'T');
}

const KEY_PASSWORD = 'a-password';

/** A key of its own in a file, and its certificate as PEM. */
async function makeCertificate(keyStore: string): Promise<string> {
  const keytool = (...args: readonly string[]) =>
    run('keytool', [...args, '-keystore', keyStore, '-storepass', KEY_PASSWORD, '-alias', 'broker'], {
      how: 'It comes with Java.',
    });
  const address = ['-dname', 'CN=127.0.0.1', '-ext', 'SAN=ip:127.0.0.1'];
  await keytool('-genkeypair', '-keyalg', 'EC', '-storetype', 'PKCS12', '-validity', '2', ...address);
  const text = await keytool('-exportcert', '-rfc');
  return text.slice(text.indexOf('-----BEGIN'));
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
