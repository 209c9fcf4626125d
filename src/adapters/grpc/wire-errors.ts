import { Metadata, type ServiceError, type StatusObject, status } from '@grpc/grpc-js';
import {
  type ErrorKind,
  invalid,
  isErrorCode,
  MediaFlowError,
  messageOf,
  unavailable,
  unsupported,
} from '../../core/errors.js';

const CODE = 'mediaflow-code';

const STATUS: Readonly<Record<ErrorKind, status>> = {
  invalid: status.INVALID_ARGUMENT,
  unauthorized: status.UNAUTHENTICATED,
  'not-found': status.NOT_FOUND,
  conflict: status.FAILED_PRECONDITION,
  'too-large': status.INVALID_ARGUMENT,
  unsupported: status.UNIMPLEMENTED,
  'too-many': status.RESOURCE_EXHAUSTED,
  unavailable: status.UNAVAILABLE,
  'storage-full': status.UNAVAILABLE,
  internal: status.INTERNAL,
};

/** An error as it goes over the wire. What nobody expected tells no stranger its words. */
export function statusOf(error: unknown): Partial<StatusObject> {
  if (!(error instanceof MediaFlowError)) return { code: status.INTERNAL, details: 'Something failed.' };
  const metadata = new Metadata();
  metadata.set(CODE, error.code);
  return { code: STATUS[error.kind], details: error.message, metadata };
}

/** A process that ends at once cancels what it had begun. */
const PASSING: readonly status[] = [status.UNAVAILABLE, status.RESOURCE_EXHAUSTED, status.CANCELLED];

/** Worth a pause and the same again, by whoever is asked next: nothing was said of what was asked. */
export const isBusy = ({ code }: Pick<ServiceError, 'code'>): boolean => PASSING.includes(code);

/** What an answer of the service means to whoever asked: in the kinds of the port, with the code it gave. */
export function errorFrom(error: ServiceError): MediaFlowError {
  const told = String(error.metadata?.get(CODE)[0] ?? '');
  const details = error.details || messageOf(error);
  const about = { service: details };
  switch (error.code) {
    case status.INVALID_ARGUMENT:
      if (told === 'invalid_sound') return invalid(told, details);
      if (told === 'image_too_large') return invalid(told, details);
      if (told === 'inference_request_too_large') return invalid(told, details);
      return invalid('invalid_image', details);
    case status.UNIMPLEMENTED:
      return unsupported('inference_task_missing', `The inference service does not do this: ${details}`);
    case status.DEADLINE_EXCEEDED:
      return unavailable('inference_too_slow', 'The inference service did not answer in time.', about);
    case status.INTERNAL:
    case status.UNKNOWN:
      return new MediaFlowError('internal', 'inference_failed', details);
    default:
      return isErrorCode(told) && (told === 'model_missing' || told === 'model_corrupt')
        ? unavailable(told, details)
        : unavailable(
            'inference_unavailable',
            `The inference service is not to be had: ${details}`,
            about,
            error,
          );
  }
}
