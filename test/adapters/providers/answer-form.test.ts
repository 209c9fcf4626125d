import { describe, expect, test } from 'vitest';
import { type AnswerForm, createAnswerForms } from '../../../src/adapters/providers/answer-form.js';
import { invalid, unavailable } from '../../../src/core/errors.js';

const refused = (said: string) =>
  invalid('provider_question_refused', 'openai refuses what it was asked (400).', { status: 400, said });
const answers = (status: number) => unavailable('provider_unavailable', 'It fails.', { status });
const noSchemas = refused('{"error":"response_format.type json_schema is not supported"}');
const noObjects = refused('{"error":"Unknown parameter: \'response_format.schema\'."}');

type Says = Partial<Record<AnswerForm, Error>>;

function asking() {
  let seconds = 0;
  let says: Says = {};
  const inKnownForm = createAnswerForms(() => seconds * 1000);
  return {
    pass(more: number) {
      seconds += more;
    },
    /** The forms in which it was asked, and what came of that. */
    async ask(of: Says = {}) {
      says = of;
      const forms: AnswerForm[] = [];
      const end = await inKnownForm(async (form) => {
        forms.push(form);
        const error = says[form];
        if (error) throw error;
        return 'answer';
      }).catch((error: Error) => error);
      return { forms, end };
    },
  };
}

describe('the form in which a chat model is asked', () => {
  test('is json_schema, of which nothing that fails by itself says more', async () => {
    const { ask } = asking();
    const tooLong = refused('{"error":"maximum context length is 8192 tokens"}');
    for (const error of [tooLong, answers(503), answers(429)])
      expect(await ask({ json_schema: error })).toEqual({ forms: ['json_schema'], end: error });
    expect(await ask()).toEqual({ forms: ['json_schema'], end: 'answer' });
  });

  test('is json_object for an hour where the server refuses json_schema by name', async () => {
    const { ask, pass } = asking();
    expect((await ask({ json_schema: noSchemas })).forms).toEqual(['json_schema', 'json_object']);
    pass(3599);
    expect((await ask({ json_schema: noSchemas })).forms).toEqual(['json_object']);
    pass(1);
    expect(await ask()).toEqual({ forms: ['json_schema'], end: 'answer' });
  });

  test('is json_object for a minute where the server answers 500 to the other only', async () => {
    const { ask, pass } = asking();
    expect(await ask({ json_schema: answers(500) })).toEqual({
      ...{ forms: ['json_schema', 'json_object'], end: 'answer' },
    });
    pass(59);
    expect((await ask()).forms).toEqual(['json_object']);
    pass(1);
    expect((await ask()).forms).toEqual(['json_schema']);
  });

  test('stays json_schema where the server answers 500 whatever it is asked, or does not take the other', async () => {
    const { ask } = asking();
    for (const json_object of [answers(500), noObjects]) {
      expect((await ask({ json_schema: answers(500), json_object })).end).toBe(json_object);
      expect((await ask()).forms).toEqual(['json_schema']);
    }
  });

  test('is json_schema again at once where json_object is refused by name', async () => {
    const { ask } = asking();
    await ask({ json_schema: answers(500) });
    expect(await ask({ json_object: noObjects })).toEqual({
      ...{ forms: ['json_object', 'json_schema'], end: 'answer' },
    });
    expect((await ask()).forms).toEqual(['json_schema']);
  });
});
