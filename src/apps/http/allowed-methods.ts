import type { Endpoint } from '../../http/endpoint.js';
import { pathPattern, withoutQuery } from './path-pattern.js';

/** Tells which methods a path is served with, none when there is no such address. */
export function allowedMethods(endpoints: readonly Endpoint[]): (url: string) => readonly string[] {
  const routes = endpoints.map(({ method, path }) => ({
    methods: method === 'GET' ? ['GET', 'HEAD'] : [method],
    pattern: pathPattern(path),
  }));
  return (url) => {
    const path = withoutQuery(url);
    const methods = routes.filter(({ pattern }) => pattern.test(path)).flatMap((route) => route.methods);
    return [...new Set(methods)].toSorted();
  };
}
