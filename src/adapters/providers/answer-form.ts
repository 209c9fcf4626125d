import { MediaFlowError } from '../../core/errors.js';

/** In which a chat model is asked for JSON of a schema: some servers know one, some the other. */
export type AnswerForm = 'json_schema' | 'json_object';

/** A server is replaced, or learns. */
const REFUSED_SECONDS = 3600;
/** Some answer 500 to a form they do not know; most of those who do are just out of order. */
const FAILED_SECONDS = 60;

/**
 * Asks in the form that a server is known to take, `json_schema` until it says otherwise. One that refuses a form by its name is asked in the other, and
 * so is one that fails at `json_schema`; for a while all questions follow it, provided that it answered. Rejects with what the last try rejected with.
 */
export function createAnswerForms(now: () => number) {
  let mildUntil = Number.NEGATIVE_INFINITY;

  return async <Answer>(ask: (form: AnswerForm) => Promise<Answer>): Promise<Answer> => {
    const form: AnswerForm = now() < mildUntil ? 'json_object' : 'json_schema';
    try {
      return await ask(form);
    } catch (error) {
      const isRefused = refusesForm(error);
      if (!isRefused && (form === 'json_object' || !mayNotKnowSchemas(error))) throw error;
      const answer = await ask(form === 'json_object' ? 'json_schema' : 'json_object');
      mildUntil =
        form === 'json_object'
          ? Number.NEGATIVE_INFINITY
          : now() + (isRefused ? REFUSED_SECONDS : FAILED_SECONDS) * 1000;
      return answer;
    }
  };
}

const refusesForm = (error: unknown): boolean =>
  error instanceof MediaFlowError &&
  error.code === 'provider_question_refused' &&
  /response_?format|json_?(?:schema|object)/i.test(String(error.details.said));

const mayNotKnowSchemas = (error: unknown): boolean =>
  error instanceof MediaFlowError && (error.details.status === 500 || error.details.status === 501);
