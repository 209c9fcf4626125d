import { expect, test } from 'vitest';
import { ALL_ROLES, rolesAtWork } from '../../src/apps/roles.js';

const kafka = { brokers: ['kafka:9092'] };

test('a process of all roles lists the relay where there is a Kafka to publish to, and nowhere else', () => {
  expect(rolesAtWork(ALL_ROLES, { kafka })).toEqual(ALL_ROLES);
  expect(rolesAtWork(ALL_ROLES, { kafka: undefined })).toEqual(ALL_ROLES.filter((role) => role !== 'relay'));
});

test('a relay that was asked for by its name is not left out quietly', () => {
  expect(rolesAtWork(['query', 'relay'], { kafka: undefined })).toEqual(['query', 'relay']);
});
