import { createMemoryFrameTopic } from '../../../src/adapters/memory/frame-topic.js';
import { silentLogger } from '../../../src/core/logger.js';
import { frameTopicContract } from '../../contracts/frame-topic.contract.js';

frameTopicContract('memory', async (bounds) => {
  const topic = createMemoryFrameTopic({ logger: silentLogger, bounds });
  return { topic, close: topic.close };
});
