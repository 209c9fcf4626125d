import { readProto, serviceIn } from './read-proto.js';

export const INFERENCE_SERVICE = 'inference.v1.Inference';
export const inferenceProto = readProto('inference/v1/inference.proto');
export const inferenceService = serviceIn(inferenceProto, INFERENCE_SERVICE);

/** Of one message: a frame, a piece of sound, or an answer; 4 MiB and what is said beside. */
export const MAXIMUM_MESSAGE_BYTES = 4 * 2 ** 20 + 2 ** 16;

/** Who gave an answer, as it goes over the wire. */
export interface WireModel {
  readonly provider: string;
  readonly name: string;
  readonly version: string;
}
