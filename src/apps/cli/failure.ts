import type { ErrorCode } from '../../core/errors.js';
import { EXIT, type ExitCode } from './exit-codes.js';

/** A code out of an answer: of the server's release, which may be newer than this program. */
export type ServersCode = string & { readonly isServers: true };

/** Ends a command: a sentence for people, a stable code for scripts, and the exit code. */
export class CliFailure extends Error {
  override readonly name = 'CliFailure';

  constructor(
    readonly exitCode: ExitCode,
    readonly code: ErrorCode | ServersCode,
    message: string,
    /** What to do about it. */
    readonly hint?: string,
    /** Of the server's answer, where there was one. */
    readonly status?: number,
  ) {
    super(message);
  }
}

export const wrongUsage = (message: string): CliFailure => new CliFailure(EXIT.usage, 'usage', message);
export const interrupted = (hint?: string): CliFailure =>
  new CliFailure(EXIT.interrupted, 'interrupted', 'Interrupted.', hint);

const EXIT_BY_STATUS: Readonly<Record<number, ExitCode>> = {
  401: EXIT.unauthorized,
  403: EXIT.unauthorized,
  404: EXIT.notFound,
};

interface Problem {
  readonly code: ErrorCode | ServersCode;
  readonly detail: string;
}

function problemIn(body: string): Problem | undefined {
  try {
    const { code, detail } = JSON.parse(body) as Partial<Problem>;
    return typeof code === 'string' && typeof detail === 'string'
      ? { code: code as ServersCode, detail }
      : undefined;
  } catch {
    return undefined;
  }
}

/** Answers to HEAD have no body that could say so. */
const KEY_REQUIRED: Problem = { code: 'key_required', detail: 'This needs an operator key.' };

/** Of a proxy whose server is away, when no MediaFlow speaks for itself. */
const GATEWAY_STATUSES: readonly number[] = [502, 503, 504];

/** A server's refusal (RFC 9457), or whatever else a web server may answer, as a failure. */
export function refusal(status: number, body: string, url: string): CliFailure {
  const exitCode = EXIT_BY_STATUS[status] ?? EXIT.failed;
  const problem = problemIn(body) ?? (exitCode === EXIT.unauthorized ? KEY_REQUIRED : undefined);
  if (!problem && GATEWAY_STATUSES.includes(status))
    return new CliFailure(
      EXIT.unreachable,
      'unreachable',
      `${new URL(url).origin} answers ${status}: what stands there does not reach MediaFlow.`,
      'Does the server behind it run?',
      status,
    );
  if (!problem)
    return new CliFailure(
      EXIT.failed,
      'unexpected_answer',
      `${new URL(url).origin} answered ${status}, and not as a MediaFlow server does.`,
      'Is the address right? Set it with --url or MEDIAFLOW_URL.',
      status,
    );
  // A server without keys that refuses says itself what to do; no key would help.
  const hint =
    status === 401 ? "MEDIAFLOW_API_KEY has to be one of the server's MEDIAFLOW_API_KEYS." : undefined;
  return new CliFailure(exitCode, problem.code, problem.detail, hint, status);
}

const CAUSES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'the name cannot be resolved now',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  UND_ERR_SOCKET: 'the connection was cut',
  HTTPParserError: 'what listens there does not speak HTTP, or speaks https://',
  ETIMEDOUT: 'it does not answer',
  UND_ERR_CONNECT_TIMEOUT: 'it does not answer',
  UND_ERR_HEADERS_TIMEOUT: 'it does not answer',
};

/** What went wrong on the way to the server, from an error of `fetch` or `http`. */
export function unreachable(error: unknown, url: string): CliFailure {
  const codes = errorCodes(error);
  const code = codes.find((each) => each in CAUSES);
  const isTls = codes.some((each) => each.startsWith('ERR_SSL'));
  const cause = code
    ? CAUSES[code]
    : isTls
      ? 'it does not speak TLS, so it may be http://'
      : rootMessage(error);
  return new CliFailure(
    EXIT.unreachable,
    'unreachable',
    `Cannot reach the server at ${new URL(url).origin}: ${cause}.`,
    'Does it run? Say where it is with --url or MEDIAFLOW_URL.',
  );
}

function errorCodes(error: unknown): string[] {
  if (!(error instanceof Error)) return [];
  const { name, code, cause, errors = [] } = error as Error & { code?: string; errors?: unknown[] };
  // What a parser has to say has no code in every version of Node.
  return [name, ...(code ? [code] : []), ...errors.flatMap(errorCodes), ...errorCodes(cause)];
}

const rootMessage = (error: unknown): string =>
  error instanceof Error
    ? error.cause
      ? rootMessage(error.cause)
      : error.message || error.name
    : String(error);
