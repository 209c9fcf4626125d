const EXTENDED = /;\s*filename\*\s*=\s*([\w-]+)'[^']*'([^;\s]+)/i;
const PLAIN = /;\s*filename\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s"]+))/i;

/** The name that a server gives a file (`Content-Disposition`, RFC 6266), as it came: whoever shows it makes it safe. */
export function filenameOf(disposition: string): string | null {
  const [, charset = '', encoded = ''] = EXTENDED.exec(disposition) ?? [];
  const extended = /^utf-8$/i.test(charset) ? decoded(encoded) : null;
  if (extended) return extended;
  const [, quoted, token] = PLAIN.exec(disposition) ?? [];
  const name = quoted?.replaceAll(/\\(.)/g, '$1') ?? token;
  return name ? asUtf8(name) : null;
}

/** Servers send UTF-8, which comes here byte by byte; what is none is Latin-1. */
function asUtf8(name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(name, 'latin1'));
  } catch {
    return name;
  }
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
