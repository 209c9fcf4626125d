import 'reflect-metadata';
import type { RequestListener, Server } from 'node:http';
import multipart from '@fastify/multipart';
import { Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import type { Logger } from '../../core/logger.js';
import type { Endpoint } from '../../http/endpoint.js';
import type { Access } from './access.js';
import { allowedMethods } from './allowed-methods.js';
import { askForKeys } from './ask-for-keys.js';
import { endSlowBodies } from './body-deadline.js';
import { allowOtherOrigins } from './cross-origin.js';
import { answerFrameworkError } from './early-problems.js';
import { controllerFor, type ServeEndpoint } from './endpoint-controller.js';
import { checkJsonBounds } from './json-bounds.js';
import { takeOnlyPlainBodies } from './plain-bodies.js';
import { ProblemFilter } from './problem-filter.js';
import { readOnAfterAnswers } from './read-on.js';
import { secureAnswers } from './secure-answers.js';
import type { RefuseWrongKey } from './wrong-keys.js';

const JSON_BODY_LIMIT_BYTES = 1024 * 1024;
const JSON_BODY_SECONDS = 30;
const FORM_FIELD_LIMIT_BYTES = 64 * 1024;

export interface HttpAppOptions {
  /** What it will answer for. */
  readonly server: Server;
  readonly endpoints: readonly Endpoint[];
  readonly serve: ServeEndpoint;
  readonly access: Access;
  readonly refuseWrongKey: RefuseWrongKey;
  readonly maximumFileBytes: number;
  /** Origins whose pages may use the API; `*` for all. */
  readonly corsOrigins: readonly string[];
  readonly logger: Logger;
  /** A sentence about where addresses that are not here may be served. */
  readonly elsewhere?: string;
  /** Sees every request before anything else does. */
  readonly observe?: (server: FastifyInstance) => void;
  /** Modules besides the endpoints' own. */
  readonly imports?: readonly Type[];
  /** Routes that are no endpoints: protocols with rules of their own, pages. */
  readonly mount?: (server: FastifyInstance) => void | Promise<void>;
}

export interface HttpApp {
  readonly app: NestFastifyApplication;
  readonly answer: RequestListener;
}

/** The HTTP side: every endpoint behind Nest's pipeline on Fastify. `answer` is for the requests of its server. */
export async function createHttpApp(options: HttpAppOptions): Promise<HttpApp> {
  @Module({
    imports: [...(options.imports ?? [])],
    controllers: options.endpoints.map((endpoint) => controllerFor(endpoint, options.serve)),
  })
  class HttpModule {}

  const adapter = new FastifyAdapter({
    bodyLimit: JSON_BODY_LIMIT_BYTES,
    multipart: false,
    routerOptions: { maxParamLength: 300 },
    frameworkErrors: answerFrameworkError,
    // It listens already, and ends broken connections itself.
    serverFactory: () => options.server,
    clientErrorHandler: () => {},
  });
  const server = adapter.getInstance() as unknown as FastifyInstance;
  server.decorateRequest('correlationId', '');
  options.observe?.(server);
  secureAnswers(server);
  allowOtherOrigins(server, { origins: options.corsOrigins, endpoints: options.endpoints });
  askForKeys(server, options);
  takeOnlyPlainBodies(server);
  readOnAfterAnswers(server);
  // The parser cuts a file at its limit without a word; one byte more lets ingestion see that it is too large.
  await server.register(multipart, {
    limits: {
      files: 1,
      fields: 20,
      fieldSize: FORM_FIELD_LIMIT_BYTES,
      fileSize: options.maximumFileBytes + 1,
    },
  });
  takeOnlyJson(server);
  endSlowBodies(server, JSON_BODY_SECONDS);
  await options.mount?.(server);
  const app = await NestFactory.create<NestFastifyApplication>(HttpModule, adapter, {
    logger: false,
    abortOnError: false,
    bodyParser: false,
  });
  app.useGlobalFilters(
    new ProblemFilter(options.logger, allowedMethods(options.endpoints), options.elsewhere),
  );
  await app.init();
  await server.ready();
  return { app, answer: server.routing };
}

/**
 * Beside multipart, bodies are JSON and say so. Text and form bodies, which a page of any origin could have a browser
 * send without asking, are not taken. No body is no body, whatever its type claims.
 */
function takeOnlyJson(server: FastifyInstance): void {
  server.removeContentTypeParser(['text/plain', 'application/json']);
  const parse = server.getDefaultJsonParser('error', 'error');
  server.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') return done(null, undefined);
    try {
      checkJsonBounds(String(body));
    } catch (error) {
      return done(error as Error);
    }
    parse(request, String(body), done);
  });
}
