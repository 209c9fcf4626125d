import { MediaFlowError, messageOf, unavailable } from '../../../core/errors.js';

/**
 * What kafkajs threw, in our kinds. All of it passes: brokers that are away, leaders that change, rights that an operator
 * grants, topics that one creates. What was sent may have arrived.
 */
export function kafkaTrouble(error: unknown): MediaFlowError {
  if (error instanceof MediaFlowError) return error;
  return unavailable('kafka_unavailable', `Kafka: ${messageOf(error)}`, {}, error);
}
