import { Metadata, type ServiceError, status } from '@grpc/grpc-js';

/** An answer of the server that refuses a call: `exception` is what the client goes by. */
function refusal(
  code: status,
  details: string,
  trailers: Readonly<Record<string, string>> = {},
): ServiceError {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(trailers)) metadata.set(name, value);
  return Object.assign(new Error(details), { code, details, metadata });
}

export const notLeader = (
  leader: { readonly host: string; readonly port: number } | undefined,
): ServiceError =>
  leader
    ? refusal(status.NOT_FOUND, 'Leader info available', {
        exception: 'not-leader',
        'leader-endpoint-host': leader.host,
        'leader-endpoint-port': String(leader.port),
      })
    : refusal(status.UNKNOWN, 'No leader info available in response');

export const notReady = (): ServiceError => refusal(status.UNAVAILABLE, 'Server Is Not Ready');

export const timedOut = (): ServiceError => refusal(status.ABORTED, 'Operation timed out: commit');

export const accessDenied = (): ServiceError =>
  refusal(status.PERMISSION_DENIED, 'Access Denied', { exception: 'access-denied' });

export const notAuthenticated = (): ServiceError => refusal(status.UNAUTHENTICATED, 'Unauthenticated');

export const invalidPosition = (): ServiceError =>
  refusal(status.INVALID_ARGUMENT, 'Trying to read from an invalid position');

export const maximumAppendSizeExceeded = (limitBytes: number): ServiceError =>
  refusal(status.INVALID_ARGUMENT, `Maximum Append Size of ${limitBytes} Exceeded.`, {
    exception: 'maximum-append-size-exceeded',
    'maximum-append-size': String(limitBytes),
  });

export const streamDeleted = (stream: string): ServiceError =>
  refusal(status.FAILED_PRECONDITION, `Event stream '${stream}' is deleted.`, {
    exception: 'stream-deleted',
    'stream-name': stream,
  });

/** In the middle of a call, as a process that goes away ends it. */
export const dropped = (): ServiceError => refusal(status.UNAVAILABLE, 'Connection dropped');
