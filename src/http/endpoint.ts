import type { Readable } from 'node:stream';
import type { z } from 'zod';
import type { MediaFlowError } from '../core/errors.js';
import type { KeptEntry } from '../core/hot-views.js';
import type { Position } from '../core/position.js';
import type { RequestOrigin } from '../core/request-origin.js';

type Shape = z.ZodObject | undefined;
type Parsed<S> = S extends z.ZodType ? z.infer<S> : undefined;

/** One part of a multipart body, in the order the client sent them. A file part must be read before the next one. */
export type BodyPart =
  | { readonly field: string; readonly value: string }
  | {
      readonly field: string;
      readonly filename: string;
      readonly contentType: string | null;
      readonly bytes: Readable;
      /** What it means for the client that reading `bytes` failed. */
      readonly errorOf: (error: unknown) => MediaFlowError;
    };

/** A request that has passed the endpoint's schemas. */
export interface EndpointRequest<Params = unknown, Query = unknown, Body = unknown> extends RequestOrigin {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Whether it is a HEAD: no body of the answer is sent. */
  readonly isHead: boolean;
  /** Derived from the `Idempotency-Key` and the target where there is one, else new. */
  readonly commandId: string;
  /** Hash of the body that came with an `Idempotency-Key`, null without a key. */
  readonly requestHash: string | null;
  readonly actor: string;
  /** Whether the caller holds an operator's key (anybody does while none is configured). */
  readonly isOperator: boolean;
  /** Fires when the client goes away or the server stops. */
  readonly signal: AbortSignal;
  /** Parts of a multipart body; throws `unsupported` when it is none. */
  parts(): AsyncIterable<BodyPart>;
}

export interface EndpointAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON value, text or bytes; absent for an empty answer. */
  readonly body?: unknown;
  /** As long as this holds, the same request may be given this very answer again. */
  readonly kept?: KeptEntry;
}

export interface EndpointDescription {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** e.g. `/v1/media/:id` */
  readonly path: string;
  readonly summary: string;
  readonly tag: 'media' | 'playback' | 'moderation' | 'recommendations' | 'live' | 'operations' | 'events';
  /** `operator` endpoints ask for a key once keys are configured. */
  readonly access: 'public' | 'operator';
  /** A public one that shows holders of a key more: nobody is an operator to one that does not say so. */
  readonly showsOperatorsMore?: boolean;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  /**
   * A multipart body, described for OpenAPI; read it through `parts()`. Beside a `body`, which is undefined then, either may be
   * sent.
   */
  readonly multipart?: z.ZodObject;
  readonly success: {
    readonly status: number;
    readonly description: string;
    readonly schema?: z.ZodType;
    readonly contentType?: string;
  };
  /** Names of the views it reads: `Mediaflow-After` waits for these. */
  readonly views?: readonly string[];
}

/** An HTTP endpoint as data: the same entry serves requests and describes itself in OpenAPI. */
export interface Endpoint extends EndpointDescription {
  handle(request: EndpointRequest): Promise<EndpointAnswer>;
}

/** Ties the handler's types to the schemas beside it. */
export function endpoint<
  Params extends Shape = undefined,
  Query extends Shape = undefined,
  Body extends z.ZodType | undefined = undefined,
>(
  definition: Omit<EndpointDescription, 'params' | 'query' | 'body'> & {
    readonly params?: Params;
    readonly query?: Query;
    readonly body?: Body;
    handle(request: EndpointRequest<Parsed<Params>, Parsed<Query>, Parsed<Body>>): Promise<EndpointAnswer>;
  },
): Endpoint {
  return definition as unknown as Endpoint;
}

/** Answer of a command: it is durable, and a query that carries `position` sees it. */
export const accepted = (position: Position, more: object = {}): EndpointAnswer => ({
  status: 202,
  body: { ...more, position },
});
