import { kafka } from './kafka/kafka.js';
import { otlp } from './otlp/otlp.js';
import { postgres } from './postgres/postgres.js';
import { redis } from './redis.js';
import { s3 } from './s3/s3.js';

/** Every engine that tests speak to. */
export const services = { postgres, redis, kafka, s3, otlp };

export type ServiceName = keyof typeof services;

export const serviceNames = Object.keys(services) as ServiceName[];

export const isServiceName = (name: string): name is ServiceName => Object.hasOwn(services, name);
