import type { IncomingMessage } from 'node:http';
import { unsupported } from '../../core/errors.js';
import type { FileSource, SourceRest } from '../../core/file-source.js';
import type { AddressRules } from './address-rules.js';
import { type GuardOptions, guardedRequest, type ResolveHost, resolveBySystem } from './guarded-request.js';
import { OtherPartError, readAnswer } from './read-answer.js';
import { sourceUrl } from './source-url.js';

const MOST_REDIRECTS = 5;
const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];

/** Files at addresses of HTTP servers, each of which, also on the way there, the rules let it ask. */
export function createHttpFileSource(options: {
  readonly rules: AddressRules;
  /** A server that does not answer for so long is given up. */
  readonly patienceSeconds: number;
  readonly resolve?: ResolveHost;
}): FileSource {
  const { rules, resolve = resolveBySystem } = options;
  const guard: GuardOptions = { ...options, resolve };

  /** The answer at the end of all redirects, each of which is a new address to be checked. */
  async function follow(text: string, headers: Readonly<Record<string, string>>, signal: AbortSignal) {
    let url = sourceUrl(text, rules);
    for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
      const response = await guardedRequest(url, headers, signal, guard);
      if (!REDIRECTS.includes(response.statusCode ?? 0)) return response;
      response.destroy();
      const { location } = response.headers;
      if (location === undefined) throw unsupported('source_redirects', 'The address leads on to nowhere.');
      url = sourceUrl(location, rules, url);
    }
    throw unsupported('source_redirects', `The address leads on more than ${MOST_REDIRECTS} times.`);
  }

  async function ask(text: string, rest: SourceRest | undefined, signal: AbortSignal) {
    const response = await follow(text, headersFor(rest), signal);
    try {
      const answer = readAnswer(response, rest);
      if (answer === 'whole') response.destroy();
      return answer;
    } catch (error) {
      end(response);
      throw error;
    }
  }

  return {
    assertAllowed(url) {
      sourceUrl(url, rules);
    },
    async open(url, { rest, signal }) {
      try {
        return await ask(url, rest, signal);
      } catch (error) {
        if (!(error instanceof OtherPartError)) throw error;
        return ask(url, undefined, signal);
      }
    },
  };
}

/** Without a validator nobody knows whether the rest is of the same file. */
function headersFor(rest: SourceRest | undefined): Record<string, string> {
  const validator = rest?.etag ?? rest?.lastModified;
  return {
    ...{ accept: '*/*', 'accept-encoding': 'identity', 'user-agent': 'MediaFlow' },
    ...(rest && validator && { range: `bytes=${rest.offsetBytes}-`, 'if-range': validator }),
  };
}

/** What is not read would end in an error that nobody hears. */
function end(response: IncomingMessage): void {
  response.on('error', () => {});
  response.destroy();
}
