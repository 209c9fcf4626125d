import 'reflect-metadata';
import multipart from '@fastify/multipart';
import { Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import type { Endpoint } from '../../core/endpoint.js';
import type { Logger } from '../../core/logger.js';
import { controllerFor, type ServeEndpoint } from './endpoint-controller.js';
import { ProblemFilter } from './problem-filter.js';

const JSON_BODY_LIMIT_BYTES = 1024 * 1024;
const FORM_FIELD_LIMIT_BYTES = 64 * 1024;

export interface HttpAppOptions {
  readonly endpoints: readonly Endpoint[];
  readonly serve: ServeEndpoint;
  readonly maximumFileBytes: number;
  readonly logger: Logger;
  /** Modules besides the endpoints' own. */
  readonly imports?: readonly Type[];
  /** Routes that are no endpoints: protocols with rules of their own, pages. */
  readonly mount?: (server: FastifyInstance) => void | Promise<void>;
}

/** The HTTP side: every endpoint behind Nest's pipeline on Fastify. Not listening yet. */
export async function createHttpApp(options: HttpAppOptions): Promise<NestFastifyApplication> {
  @Module({
    imports: [...(options.imports ?? [])],
    controllers: options.endpoints.map((endpoint) => controllerFor(endpoint, options.serve)),
  })
  class HttpModule {}

  const adapter = new FastifyAdapter({
    bodyLimit: JSON_BODY_LIMIT_BYTES,
    forceCloseConnections: 'idle',
    multipart: false,
    // Uploads take as long as they take; ingestion ends silent connections itself.
    requestTimeout: 0,
    routerOptions: { maxParamLength: 300 },
  });
  const server = adapter.getInstance() as unknown as FastifyInstance;
  // The parser cuts a file at its limit without a word; one byte more lets ingestion see that it is too large.
  await server.register(multipart, {
    limits: {
      files: 1,
      fields: 20,
      fieldSize: FORM_FIELD_LIMIT_BYTES,
      fileSize: options.maximumFileBytes + 1,
    },
  });
  await options.mount?.(server);
  const app = await NestFactory.create<NestFastifyApplication>(HttpModule, adapter, {
    logger: false,
    abortOnError: false,
  });
  app.useGlobalFilters(new ProblemFilter(options.logger));
  await app.init();
  return app;
}
