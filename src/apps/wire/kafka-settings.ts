import { readFile } from 'node:fs/promises';
import type { KafkaSettings } from '../../adapters/kafka/connection/settings.js';
import type { KafkaConfig } from '../config/kafka.js';

/** How Kafka is reached, with the certificates that the configuration names. */
export async function kafkaSettings({ brokers, clientId, tls, sasl }: KafkaConfig): Promise<KafkaSettings> {
  const [ca, cert, key] = await Promise.all([tls?.caFile, tls?.certFile, tls?.keyFile].map(textOf));
  return {
    brokers,
    clientId,
    ...(tls && { tls: { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) } }),
    ...(sasl && { sasl }),
  };
}

const textOf = async (path: string | undefined) => (path === undefined ? undefined : readFile(path, 'utf8'));
