import type { ErrorRoom } from './error-row.js';

/** Of models as a service. */
export const inference = {
  inference_busy: {
    kinds: ['too-many'],
    advice:
      'The inference service has no room for another call (`INFERENCE_MAXIMUM_CALLS`). Our own clients come again by themselves; where that is not enough, start another one.',
  },
  inference_unavailable: {
    kinds: ['unavailable'],
    advice:
      'The inference service at `INFERENCE_URL` is not to be had, or does not let this process in (`INFERENCE_KEY`); the message has its words. It is tried again.',
  },
  inference_too_slow: {
    kinds: ['unavailable'],
    advice: 'The inference service did not answer in time. Where it has too much to do, start another one.',
  },
  inference_given_up: {
    kinds: ['unavailable'],
    advice: 'Whoever asked a model gave up, or its deadline passed. Nothing has to be done.',
  },
  inference_key_wrong: {
    kinds: ['unauthorized'],
    advice:
      'The inference service wants the key that it was started with: metadata `authorization: Bearer <INFERENCE_KEY>`.',
  },
  inference_port_taken: {
    kinds: ['unavailable'],
    advice:
      'The port for inference is in use, or not ours to listen at. Name another one with `INFERENCE_PORT`.',
  },
} as const satisfies ErrorRoom;
