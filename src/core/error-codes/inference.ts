import type { ErrorRoom } from './error-row.js';

/** Of models as a service. */
export const inference = {
  inference_busy: {
    kinds: ['too-many'],
    advice:
      'The inference service has no room for another call (`INFERENCE_MAXIMUM_CALLS`). Our own clients come again by themselves; where that is not enough, start another one.',
  },
  invalid_metadata_request: {
    kinds: ['invalid'],
    advice:
      'A model was asked for metadata with something that is too long, missing or no text; the message says what. See `proto/inference/v1/inference.proto`.',
  },
  invalid_ranking_request: {
    kinds: ['invalid'],
    advice:
      'A model was asked to put a list in order with something that is too long, missing or no text; the message says what. See `proto/inference/v1/inference.proto`.',
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
  inference_tls_invalid: {
    kinds: ['invalid'],
    advice:
      'A PEM file of `INFERENCE_TLS_…` cannot be read, holds no certificate, or a certificate and a key that do not belong together; the message says which.',
  },
  inference_port_taken: {
    kinds: ['unavailable'],
    advice:
      'The port for inference is in use, or not ours to listen at. Name another one with `INFERENCE_PORT`.',
  },
  provider_unavailable: {
    kinds: ['unavailable'],
    advice:
      'A provider of models (OpenAI, Hugging Face) does not answer, or asked us to come later; the next in order is asked, and the models at hand last.',
  },
  provider_paused: {
    kinds: ['unavailable'],
    advice: 'A provider has failed three times in a row and is left alone for 30 s. The log has why.',
  },
  provider_too_slow: {
    kinds: ['unavailable'],
    advice: 'A provider has not answered within `INFERENCE_PROVIDER_SECONDS`; the next in order is asked.',
  },
  provider_refused: {
    kinds: ['unsupported'],
    advice: 'A provider does not want to answer, or holds its answer back; the next in order is asked.',
  },
  provider_budget_spent: {
    kinds: ['unavailable'],
    advice:
      'A provider has been asked for as much today (UTC) as `INFERENCE_ITEMS_A_DAY` or `INFERENCE_TOKENS_A_DAY` allows; until tomorrow the next in order is asked. `GET /v1/usage` says what for.',
  },
  provider_key_refused: {
    kinds: ['unavailable'],
    advice:
      'A provider does not accept the key it is shown (`OPENAI_API_KEY`, `HF_TOKEN`): it was revoked, or has no right to the model.',
  },
  provider_question_refused: {
    kinds: ['invalid'],
    advice: 'A provider refuses what it was asked; `said` has its words. A model that is not there, often.',
  },
  provider_answer_invalid: {
    kinds: ['internal'],
    advice:
      'A provider answered something that cannot be used, and nothing of it was. Look at whether it is the model that the task needs.',
  },
} as const satisfies ErrorRoom;
