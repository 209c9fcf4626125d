/** Matches the addresses of a route such as `/v1/media/:id`; give it an address without its query. */
export const pathPattern = (path: string): RegExp =>
  new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/:\w+/g, '[^/]+')}$`);

export const withoutQuery = (url: string): string => url.split('?')[0] ?? '';
