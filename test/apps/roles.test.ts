import { expect, test } from 'vitest';
import { ALL_ROLES, rolesAtWork, servesModelsAlone } from '../../src/apps/roles.js';

const kafka = { brokers: ['kafka:9092'] };
const [served, notServed] = [{ isServed: true }, { isServed: false }];

test('a process of all roles lists the relay where there is a Kafka to publish to, and nowhere else', () => {
  expect(rolesAtWork(ALL_ROLES, { kafka, inference: served })).toEqual(ALL_ROLES);
  expect(rolesAtWork(ALL_ROLES, { kafka: undefined, inference: served })).toEqual(
    ALL_ROLES.filter((role) => role !== 'relay'),
  );
});

test('a process of all roles serves models where a port for them is named, and nowhere else', () => {
  expect(rolesAtWork(ALL_ROLES, { kafka, inference: notServed })).toEqual(
    ALL_ROLES.filter((role) => role !== 'inference'),
  );
  expect(rolesAtWork(['query', 'inference'], { kafka, inference: notServed })).toEqual([
    'query',
    'inference',
  ]);
});

test('a process that serves models and nothing else needs no database', () => {
  expect(servesModelsAlone(['inference'])).toBe(true);
  expect(servesModelsAlone(['inference', 'worker'])).toBe(false);
  expect(servesModelsAlone([])).toBe(false);
});

test('a relay that was asked for by its name is not left out quietly', () => {
  expect(rolesAtWork(['query', 'relay'], { kafka: undefined, inference: served })).toEqual([
    'query',
    'relay',
  ]);
});
