import kafkajs from 'kafkajs';

/** Node finds only some of the names that kafkajs exports, which is CommonJS; tests, whose loader finds all, do not tell. */
export const { CompressionCodecs, CompressionTypes, ConfigResourceTypes, Kafka, logLevel, Partitioners } =
  kafkajs;
