import type { Config } from '../config.js';
import { tusPaths } from '../http/describe-tus.js';
import { openApiOf } from '../http/openapi.js';
import { commandEndpoints, queryEndpoints } from './endpoints.js';

/**
 * OpenAPI of the whole API, whichever roles a process has: a proxy sends `/docs` to one that has the role `query`, and whoever
 * reads there wants to write as well.
 */
export function describeApi(
  { publicOriginals, segmentCacheSeconds }: Pick<Config, 'publicOriginals' | 'segmentCacheSeconds'>,
  version: string,
) {
  const endpoints = [
    ...queryEndpoints(only({ publicOriginals, segmentCacheSeconds })),
    ...commandEndpoints(only({})),
  ];
  return openApiOf(endpoints, tusPaths, version);
}

/** Stands for anything, and does nothing: endpoints are made here to be read, and none is ever called. */
const anything: unknown = new Proxy(() => anything, {
  get: (_, key) => (key === Symbol.iterator ? undefined : anything),
});

/** Dependencies of which those that are given are real. */
const only = <Known extends object>(known: Known) =>
  new Proxy(known, {
    get: (target, key) => (key in target ? target[key as keyof Known] : anything),
  }) as never;
