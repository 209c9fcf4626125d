import type { StoredEvent } from '../../../core/event.js';
import { shareAnswer } from '../../../core/share-answer.js';
import { eventDefinitions } from '../../../domain/index.js';
import { nameViewers } from '../../../feed/name-viewers.js';
import { createRelay } from '../../../feed/relay.js';
import { observePublisher } from '../../../observing/observe-publisher.js';
import { lagSecondsIn } from '../../../observing/standing.js';
import { systemClock } from '../../../runtime/clock.js';
import { withholdPersonal } from '../../../runtime/erasure/withhold-personal.js';
import { followLog } from '../../../runtime/following/follow-log.js';
import { relayCheck } from '../checks.js';
import { kafkaSettings } from '../kafka-settings.js';
import type { Part, PartContext } from '../part.js';

/** Events that go out in one transaction: what it costs is shared by them, and two such pages fit into memory many times. */
const PAGE_EVENTS = 4_000;

/** To look whether Kafka is well takes a connection: not one for every probe. */
const LOOK_MILLISECONDS = 10_000;

/** Publishes the log to Kafka. A process that was told to and does not know where it is does not start. */
export async function relayPart(context: PartContext): Promise<Part> {
  const { config, storage, observing, logger, stopping } = context;
  const { kafka } = config;
  if (!kafka) throw new Error('The role relay needs to know where Kafka is: set KAFKA_BROKERS');
  const { createKafkaEventPublisher } = await import('../../../adapters/kafka/publisher/event-publisher.js');
  const { topicName } = await import('../../../adapters/kafka/topics/topic-table.js');
  const publisher = createKafkaEventPublisher({
    ...{ settings: await kafkaSettings(kafka), prefix: kafka.topicPrefix, logger },
  });
  const withhold = async (events: readonly StoredEvent[]) =>
    events.map((event) => withholdPersonal(eventDefinitions, event));
  const relay = createRelay({
    publisher: observePublisher(publisher, observing, {
      ...{ follower: 'relay', system: 'kafka' },
      topicOf: (aggregate) => topicName(kafka.topicPrefix, `events.${aggregate}`),
    }),
    installation: kafka.topicPrefix,
    tell: kafka.publishesPersonal ? (events) => nameViewers(storage.viewers, events) : withhold,
  });
  let status: ReturnType<typeof followLog>['status'] | undefined;
  const statusOf = () => (status ? status() : Promise.reject(new Error('not started yet')));
  const trouble = shareAnswer(publisher.trouble, {
    maximumAgeMilliseconds: LOOK_MILLISECONDS,
    now: () => performance.now(),
  });
  return {
    checks: { kafka: relayCheck({ trouble }, statusOf) },
    metrics: {
      followers: { list: async () => [await statusOf()], lagSeconds: lagSecondsIn(storage.sealedLog) },
    },
    async start() {
      const running = followLog(relay, {
        ...{ store: kafka.publishesPersonal ? storage.store : storage.sealedLog },
        ...{ checkpoints: storage.checkpoints, clock: systemClock, logger, signal: stopping },
        pageEvents: PAGE_EVENTS,
      });
      status = running.status;
      return { done: running.done };
    },
  };
}
