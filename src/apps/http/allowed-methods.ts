import type { Endpoint } from '../../core/endpoint.js';

/** Tells which methods a path is served with, none when there is no such address. */
export function allowedMethods(endpoints: readonly Endpoint[]): (url: string) => readonly string[] {
  const routes = endpoints.map(({ method, path }) => ({
    methods: method === 'GET' ? ['GET', 'HEAD'] : [method],
    pattern: new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/:\w+/g, '[^/]+')}$`),
  }));
  return (url) => {
    const path = url.split('?')[0] ?? '';
    const methods = routes.filter(({ pattern }) => pattern.test(path)).flatMap((route) => route.methods);
    return [...new Set(methods)].toSorted();
  };
}
