import { createPostgresFrameTopic } from '../../../../src/adapters/postgres/frame-topic/frame-topic.js';
import { silentLogger } from '../../../../src/core/logger.js';
import { frameTopicContract } from '../../../contracts/frame-topic.contract.js';
import { createTestDatabase } from '../../../support/database.js';

frameTopicContract('PostgreSQL', async (bounds) => {
  const database = await createTestDatabase();
  const { pool, listener } = database;
  const topic = createPostgresFrameTopic({ pool, listener, logger: silentLogger, bounds });
  return { topic, close: () => database.drop() };
});
