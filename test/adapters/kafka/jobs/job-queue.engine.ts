import { backlogContract } from './backlog.contract.js';
import { kafkaJobQueueContract } from './kafka-job-queue.contract.js';
import { openQueueDatabase } from './kafka-queues.js';

kafkaJobQueueContract('Kafka', () => openQueueDatabase());
backlogContract('Kafka', () => openQueueDatabase());
