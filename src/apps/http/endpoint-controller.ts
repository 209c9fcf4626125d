import { Controller, Req, RequestMapping, RequestMethod, Res, type Type } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Endpoint } from '../../http/endpoint.js';

export type ServeEndpoint = (
  endpoint: Endpoint,
  request: FastifyRequest,
  reply: FastifyReply,
) => Promise<void>;

/** A Nest controller for an endpoint that is data: decorators applied to a class made here, one route each. */
export function controllerFor(endpoint: Endpoint, serve: ServeEndpoint): Type {
  class EndpointController {
    handle(request: FastifyRequest, reply: FastifyReply): Promise<void> {
      return serve(endpoint, request, reply);
    }
  }
  const { prototype } = EndpointController;
  const descriptor = Object.getOwnPropertyDescriptor(prototype, 'handle');
  if (!descriptor) throw new Error('unreachable: the class above has the method');
  RequestMapping({ path: endpoint.path, method: RequestMethod[endpoint.method] })(
    prototype,
    'handle',
    descriptor,
  );
  Req()(prototype, 'handle', 0);
  Res()(prototype, 'handle', 1);
  Controller()(EndpointController);
  return EndpointController;
}
