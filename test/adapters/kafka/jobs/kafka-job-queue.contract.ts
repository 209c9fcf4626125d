import type { JobPolicy } from '../../../../src/core/job.js';
import { jobQueueContract } from '../../../contracts/job-queue.contract.js';
import { engine } from '../../../support/engines.js';
import { deleteTopics } from '../../../support/kafka-topics.js';
import { runTypeScript } from '../../../support/typescript-process.js';
import {
  makeJobTopics,
  newPrefix,
  openKafkaJobQueue,
  type QueueDatabase,
  settingsOf,
} from './kafka-queues.js';

export function kafkaJobQueueContract(name: string, openDatabase: () => Promise<QueueDatabase>): void {
  jobQueueContract(name, { delivers: 'once' }, async () => {
    const { KAFKA_BROKERS: brokers } = engine('kafka');
    const database = await openDatabase();
    const prefix = newPrefix();
    const { connectionString, directConnectionString } = database;
    const of = { brokers, connectionString, directConnectionString, prefix };
    const open = async (
      policies: readonly { kind: string; policy: JobPolicy }[],
      { hints } = { hints: true },
    ) => {
      await makeJobTopics(
        brokers,
        prefix,
        policies.map(({ kind }) => kind),
      );
      return openKafkaJobQueue({ ...of, policies, exclusive: !hints });
    };
    return {
      open,
      async loseWorker(job, policy) {
        const sender = await open([{ kind: job.kind, policy }]);
        const worker = runTypeScript(new URL('./worker-process.ts', import.meta.url), [
          JSON.stringify({ ...of, kind: job.kind, policy }),
        ]);
        await sender.enqueue([job]);
        await sender.stop({ graceSeconds: 0 });
        await worker.readJsonLine();
        worker.child.kill('SIGKILL');
        await worker.ended;
      },
      async destroy() {
        await deleteTopics(settingsOf(brokers), prefix);
        await database.drop();
      },
    };
  });
}
